import { exactly, type Ratio, parseAmount, times } from '../policy/decimal.ts';
import { kindOf, PolicyError } from '../policy/errors.ts';
import { didYouMean } from '../policy/nearest.ts';
import {
  type AggregateOptions,
  countLeaf,
  distinctLeaf,
  HISTORY_TEXTS,
  meanLeaf,
  SOURCES,
  sumLeaf,
} from './aggregates.ts';
import type { Facts, Leaf, PlacedLeaf, Scope } from './facts.ts';
import { fieldLeaf, fieldNames, fieldType } from './fields.ts';
import { parseWindow } from './window.ts';

/** One side of a comparison. Amounts are in cents. */
export interface NumericOperand {
  readonly type: 'amount' | 'number';
  /** whether `read` is exact, so that comparing doubles is exact */
  readonly isExact: boolean;
  /** NaN where missing; at most a few roundings away from the exact value */
  readonly read: (facts: Facts) => number;
  readonly exact: (facts: Facts) => Ratio;
  readonly constant: boolean;
}

export interface EqualityOperand {
  readonly type: 'text' | 'boolean';
  /** null where missing */
  readonly read: (facts: Facts) => string | null;
  readonly constant: boolean;
}

export type Operand = NumericOperand | EqualityOperand;

export const isNumeric = (operand: Operand): operand is NumericOperand =>
  operand.type === 'amount' || operand.type === 'number';

/** The rule being compiled: its scope, and the leaves it uses in the order of the document. */
export interface RuleScope {
  readonly scope: Scope;
  readonly uses: Set<PlacedLeaf>;
}

const HUNDRED: Ratio = { n: 100n, d: 1n };
const DECIMAL_TEXT = /^-?[\d.,]/;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Adds a leaf to the rule, or finds the equal one. @param what describes it: equal for equal leaves */
export function use({ scope, uses }: RuleScope, what: unknown, make: (slot: number) => Leaf): PlacedLeaf {
  const leaf = scope.place(JSON.stringify(what), make);
  uses.add(leaf);
  return leaf;
}

/** @throws PolicyError unless `node` has all of `required` and nothing beyond `optional` */
export function members(
  node: Record<string, unknown>,
  path: string,
  required: readonly string[],
  optional: readonly string[] = [],
): void {
  const allowed = [...required, ...optional];
  for (const key of Object.keys(node))
    if (!allowed.includes(key))
      throw new PolicyError(
        `${path}.${key}`,
        `unknown key beside "${required[0]}"; allowed are ${allowed.join(', ')}${didYouMean(key, allowed)}`,
      );
  for (const key of required)
    if (!Object.hasOwn(node, key)) throw new PolicyError(`${path}.${key}`, `missing beside "${required[0]}"`);
}

/** @throws PolicyError unless `value` is one of the names allowed */
export function oneOf(value: unknown, allowed: readonly string[], path: string): string {
  if (typeof value === 'string' && allowed.includes(value)) return value;
  const found = typeof value === 'string' ? `"${value}"` : kindOf(value);
  throw new PolicyError(path, `found ${found}; allowed are ${allowed.join(', ')}`);
}

function fieldOperand(name: string, path: string, rule: RuleScope): Operand {
  const { target } = rule.scope;
  const type = fieldType(target, name);
  if (type === undefined)
    throw new PolicyError(
      path,
      `unknown field "${name}" of ${target}; allowed are ${fieldNames(target).join(', ')}${didYouMean(name, fieldNames(target))}`,
    );
  const { slot } = use(rule, name, (at) => fieldLeaf(target, name, at));
  if (type === 'text') return { type, read: ({ texts }) => texts[slot] ?? null, constant: false };
  const read = ({ numbers }: Facts): number => numbers[slot] as number;
  if (type === 'boolean')
    return {
      type,
      read: (facts) => (Number.isNaN(read(facts)) ? null : read(facts) === 1 ? 'true' : 'false'),
      constant: false,
    };
  if (type === 'decimal')
    return {
      type: 'amount',
      isExact: false,
      read: (facts) => read(facts) * 100,
      exact: (facts) => times(exactly(read(facts)), HUNDRED),
      constant: false,
    };
  return {
    type: type === 'cents' ? 'amount' : 'number',
    isExact: true,
    read,
    exact: (facts) => exactly(read(facts)),
    constant: false,
  };
}

function constant(type: 'amount' | 'number', value: number): NumericOperand {
  const exact = exactly(value);
  return { type, isExact: true, read: () => value, exact: () => exact, constant: true };
}

/** A number that is missing, with that reason, unless it is above zero: an income of 0 is none. */
function positive(node: Record<string, unknown>, path: string, rule: RuleScope): Operand {
  members(node, path, ['positive']);
  const name = node['positive'];
  const { target } = rule.scope;
  const numeric = fieldNames(target).filter((field) => !['text', 'boolean'].includes(fieldType(target, field) ?? ''));
  const field = oneOf(name, numeric, `${path}.positive`);
  const inner = fieldOperand(field, path, rule) as NumericOperand;
  const guard = use(rule, node, (slot) => ({
    load: (facts) => {
      const value = inner.read(facts);
      facts.numbers[slot] = value > 0 ? value : NaN;
      return value <= 0 ? `${field} is not above zero` : null;
    },
    values: [],
  }));
  return { ...inner, read: ({ numbers }) => numbers[guard.slot] as number };
}

function aggregateOptions(
  node: Record<string, unknown>,
  source: unknown,
  path: string,
  rule: RuleScope,
): AggregateOptions {
  const andThis = node['and_this'] ?? false;
  if (typeof andThis !== 'boolean')
    throw new PolicyError(`${path}.and_this`, `found ${kindOf(andThis)}; allowed are true and false`);
  const { target } = rule.scope;
  return {
    source: oneOf(source, SOURCES[target], `${path}.${Object.hasOwn(node, 'of') ? 'of' : 'count'}`),
    window: parseWindow(node['window'], `${path}.window`),
    andThis,
  };
}

/** The options that aggregates over a field share: `of`, `window`, `and_this`. */
export const fieldAggregate = (node: Record<string, unknown>, path: string, rule: RuleScope): AggregateOptions =>
  aggregateOptions(node, node['of'], path, rule);

const exactSlot = (type: 'amount' | 'number', { slot }: PlacedLeaf): NumericOperand => ({
  type,
  isExact: true,
  read: ({ numbers }) => numbers[slot] as number,
  exact: ({ numbers }) => exactly(numbers[slot] as number),
  constant: false,
});

function aggregate(kind: string, node: Record<string, unknown>, path: string, rule: RuleScope): NumericOperand {
  const { target } = rule.scope;
  if (kind === 'count') {
    members(node, path, ['count', 'window'], ['and_this']);
    const options = aggregateOptions(node, node['count'], path, rule);
    return exactSlot(
      'number',
      use(rule, node, (slot) => countLeaf(options, slot)),
    );
  }
  members(node, path, [kind, 'of', 'window'], kind === 'mean' ? ['and_this', 'at_least'] : ['and_this']);
  const options = fieldAggregate(node, path, rule);
  if (kind === 'distinct') {
    const name = oneOf(node['distinct'], HISTORY_TEXTS[target], `${path}.distinct`);
    return exactSlot(
      'number',
      use(rule, node, (slot) => distinctLeaf(name, options, slot)),
    );
  }
  if (target !== 'transaction')
    throw new PolicyError(path, `"${kind}" is for rules on transactions: the history of applications keeps no amounts`);
  oneOf(node[kind], ['amount'], `${path}.${kind}`);
  if (kind === 'sum')
    return exactSlot(
      'amount',
      use(rule, node, (slot) => sumLeaf(options, slot)),
    );
  const atLeast = node['at_least'] ?? 1;
  if (!Number.isSafeInteger(atLeast) || (atLeast as number) < 1)
    throw new PolicyError(`${path}.at_least`, `found ${kindOf(atLeast)}; allowed is a whole number from 1`);
  const { slot } = use(rule, node, (at) => meanLeaf(options, atLeast as number, at));
  return {
    type: 'amount',
    isExact: false,
    read: ({ numbers }) => numbers[slot] as number,
    exact: ({ numbers }) => ({ n: BigInt(numbers[slot + 1] as number), d: BigInt(numbers[slot + 2] as number) }),
    constant: false,
  };
}

function product(node: Record<string, unknown>, path: string, rule: RuleScope): NumericOperand {
  members(node, path, ['times']);
  const list = node['times'];
  if (!Array.isArray(list) || list.length !== 2)
    throw new PolicyError(
      `${path}.times`,
      `found ${kindOf(list)}; allowed is a list of a number and what it multiplies`,
    );
  const [factor, other] = list as [unknown, unknown];
  if (typeof factor !== 'number' || !(factor > 0))
    throw new PolicyError(`${path}.times[0]`, `found ${kindOf(factor)}; allowed is a number above 0`);
  const inner = compileOperand(other, `${path}.times[1]`, rule);
  if (!isNumeric(inner))
    throw new PolicyError(`${path}.times[1]`, `found a ${inner.type}; allowed is a number or an amount`);
  const exactFactor = exactly(factor);
  return {
    type: inner.type,
    isExact: false,
    read: (facts) => factor * inner.read(facts),
    exact: (facts) => times(exactFactor, inner.exact(facts)),
    constant: inner.constant,
  };
}

const OPERATORS: Readonly<
  Record<string, (node: Record<string, unknown>, path: string, rule: RuleScope, operator: string) => Operand>
> = {
  positive,
  times: product,
  count: (node, path, rule, operator) => aggregate(operator, node, path, rule),
  distinct: (node, path, rule, operator) => aggregate(operator, node, path, rule),
  sum: (node, path, rule, operator) => aggregate(operator, node, path, rule),
  mean: (node, path, rule, operator) => aggregate(operator, node, path, rule),
  text: (node, path) => {
    members(node, path, ['text']);
    const text = node['text'];
    if (typeof text !== 'string') throw new PolicyError(`${path}.text`, `found ${kindOf(text)}; allowed is a text`);
    return { type: 'text', read: () => text, constant: true };
  },
};

/** @throws PolicyError when the node is no value that a rule can compare */
export function compileOperand(node: unknown, path: string, rule: RuleScope): Operand {
  if (typeof node === 'number') return constant('number', node);
  if (typeof node === 'boolean') return { type: 'boolean', read: () => String(node), constant: true };
  if (typeof node === 'string') {
    const cents = parseAmount(node);
    if (cents !== null) return constant('amount', cents);
    if (DECIMAL_TEXT.test(node))
      throw new PolicyError(path, 'found a text that is no amount; allowed is decimal text such as "15000.00"');
    return fieldOperand(node, path, rule);
  }
  const known = Object.keys(OPERATORS);
  if (!isObject(node))
    throw new PolicyError(
      path,
      `found ${kindOf(node)}; allowed is a field, a number, an amount as text, true, false, or an object with one of ${known.join(', ')}`,
    );
  const operator = Object.keys(node).find((key) => Object.hasOwn(OPERATORS, key));
  if (operator === undefined)
    throw new PolicyError(
      Object.keys(node)[0] === undefined ? path : `${path}.${Object.keys(node)[0]}`,
      `unknown operator; allowed for a value are ${known.join(', ')}`,
    );
  return (OPERATORS[operator] as NonNullable<(typeof OPERATORS)[string]>)(node, path, rule, operator);
}
