import type { RuleDocument } from '../rules/program.ts';

type Node = Readonly<Record<string, unknown>>;

const COMPARISONS: Readonly<Record<string, string>> = { gt: '>', gte: '≥', lt: '<', lte: '≤', eq: '=', ne: '≠' };

/** The test of a rule as people write one: `credit_score < 450 and loan_amount > 15000.00`. The rule is a valid one. */
export const ruleText = (rule: Pick<RuleDocument, 'when'>): string => testText(rule.when as Node, false);

function testText(node: Node, nested: boolean): string {
  const [operator = '', value] = Object.entries(node)[0] ?? [];
  const bracketed = (text: string, needed: boolean): string => (nested && needed ? `(${text})` : text);
  if (operator === 'all' || operator === 'any') {
    const tests = value as readonly Node[];
    return bracketed(
      tests.map((test) => testText(test, true)).join(operator === 'all' ? ' and ' : ' or '),
      tests.length > 1,
    );
  }
  if (operator === 'not') return `not (${testText(value as Node, false)})`;
  if ('unseen' in node)
    return `${text(node['unseen'])} is new: not among ${text(node['of'])} in ${text(node['window'])}, while another is`;
  if (operator === 'travelled') {
    const { faster_than_kmh: speed, or_elsewhere_within: within } = value as Node;
    return `since the previous transaction faster than ${text(speed)} km/h, or without coordinates elsewhere within ${text(within)}`;
  }
  const [left, right] = value as readonly [unknown, unknown];
  return `${operandText(left)} ${COMPARISONS[operator] ?? operator} ${operandText(right)}`;
}

function operandText(operand: unknown): string {
  if (typeof operand !== 'object' || operand === null) return text(operand);
  const node = operand as Node;
  if ('text' in node) return JSON.stringify(node['text']);
  if ('positive' in node) return `${text(node['positive'])} (where above 0)`;
  if ('times' in node) {
    const [factor, other] = node['times'] as readonly [unknown, unknown];
    return `${text(factor)} × ${operandText(other)}`;
  }
  const included = node['and_this'] === true ? ' (this one included)' : '';
  if ('count' in node) return `number of ${text(node['count'])} in ${text(node['window'])}${included}`;
  const least = node['at_least'] === undefined ? '' : ` (at least ${text(node['at_least'])} of them)`;
  const name = ['distinct', 'sum', 'mean'].find((each) => each in node) ?? '';
  const what = name === 'distinct' ? 'number of different' : name;
  return `${what} ${text(node[name])} among ${text(node['of'])} in ${text(node['window'])}${included}${least}`;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
