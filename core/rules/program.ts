import type { Activity, Application } from '../events/types.ts';
import type { HistoryView } from '../history/history.ts';
import type { RuleOutcome, RuleResult } from '../receipts/types.ts';
import { jsonText } from '../policy/canonical.ts';
import type { Severity } from '../contract/values.ts';
import { compileTest, NO, type Test, UNKNOWN } from './expression.ts';
import { type Facts, type PlacedLeaf, type RuleTarget, Scope } from './facts.ts';

/** A rule as the policy document has it. */
export interface RuleDocument {
  readonly id: string;
  readonly version: number;
  readonly on: RuleTarget;
  readonly severity: Severity;
  readonly reason: string;
  readonly when: unknown;
}

interface CompiledRule {
  readonly document: RuleDocument;
  readonly test: Test;
  readonly leaves: readonly PlacedLeaf[];
  readonly values: readonly { readonly prefix: string; readonly index: number }[];
  /** the receipt's text up to the values, by result; for a result whose reason varies, up to the reason */
  readonly clear: string;
  readonly fired: string;
  readonly head: string;
  readonly severity: string;
  readonly end: string;
}

/** An outcome with its text in the receipt; the values as an object are made when asked for. */
export class EvaluatedRule implements RuleOutcome {
  readonly #document: RuleDocument;
  readonly result: RuleResult;
  readonly reason: string | null;
  /** canonical JSON of `values` */
  readonly #values: string;
  /** canonical JSON of the whole */
  readonly text: string;

  constructor(document: RuleDocument, result: RuleResult, reason: string | null, values: string, text: string) {
    this.#document = document;
    this.result = result;
    this.reason = reason;
    this.#values = values;
    this.text = text;
  }

  get id(): string {
    return this.#document.id;
  }

  get version(): number {
    return this.#document.version;
  }

  get severity(): Severity {
    return this.#document.severity;
  }

  get values(): RuleOutcome['values'] {
    return JSON.parse(this.#values) as RuleOutcome['values'];
  }
}

const NEVER = (): null => null;

/** The rules of a policy on one kind of record, compiled to run together. */
export class RuleProgram {
  readonly #scope: Scope;
  readonly #rules: readonly CompiledRule[];
  readonly #facts: Facts;

  /** @throws PolicyError @param rules with their places in the document */
  constructor(target: RuleTarget, rules: readonly { readonly document: RuleDocument; readonly path: string }[]) {
    this.#scope = new Scope(target);
    this.#rules = rules.map(({ document, path }) => this.#compile(document, path));
    this.#facts = this.#scope.facts();
  }

  #compile(document: RuleDocument, path: string): CompiledRule {
    const uses = new Set<PlacedLeaf>();
    const test = compileTest(document.when, `${path}.when`, { scope: this.#scope, uses });
    const named = new Map<string, number>();
    for (const value of [...uses].flatMap((leaf) => leaf.values)) {
      let { name } = value;
      // one name twice: two windows of one length with different edges
      for (let n = 2; named.has(name) && named.get(name) !== value.index; n++) name = `${value.name}_${n}`;
      named.set(name, value.index);
    }
    const head = `{"id":${jsonText(document.id)},"reason":`;
    const severity = `,"severity":"${document.severity}","values":`;
    const sorted = [...named].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      document,
      test,
      leaves: [...uses],
      values: sorted.map(([name, index], i) => ({ prefix: `${i === 0 ? '{' : ','}${jsonText(name)}:`, index })),
      clear: `${head}null,"result":"clear"${severity}`,
      fired: `${head}${jsonText(document.reason)},"result":"fired"${severity}`,
      head,
      severity,
      end: `,"version":${document.version}}`,
    };
  }

  /**
   * @param excepted for a rule that would fire: why it does not for this record, or null
   * @returns the outcomes in the order of the policy
   */
  evaluate(
    record: Application | Activity,
    view: HistoryView,
    excepted: (ruleId: string) => string | null = NEVER,
  ): EvaluatedRule[] {
    const facts = this.#facts;
    facts.record = record;
    facts.view = view;
    this.#scope.load(facts);
    const outcomes: EvaluatedRule[] = [];
    for (const rule of this.#rules) outcomes.push(outcome(rule, facts, excepted));
    return outcomes;
  }
}

function outcome(rule: CompiledRule, facts: Facts, excepted: (ruleId: string) => string | null): EvaluatedRule {
  const { document } = rule;
  const answer = rule.test(facts);
  const values = showValues(rule, facts);
  if (answer === NO) return new EvaluatedRule(document, 'clear', null, values, rule.clear + values + rule.end);
  if (answer === UNKNOWN) return explained(rule, 'not_evaluated', missing(rule, facts), values);
  const exception = excepted(document.id);
  if (exception !== null) return explained(rule, 'excepted', exception, values);
  return new EvaluatedRule(document, 'fired', document.reason, values, rule.fired + values + rule.end);
}

function explained(rule: CompiledRule, result: RuleResult, reason: string, values: string): EvaluatedRule {
  const text = `${rule.head}${jsonText(reason)},"result":"${result}"${rule.severity}${values}${rule.end}`;
  return new EvaluatedRule(rule.document, result, reason, values, text);
}

function showValues({ values }: CompiledRule, { shown }: Facts): string {
  let text = '';
  for (const { prefix, index } of values) text += prefix + shown[index];
  return text === '' ? '{}' : `${text}}`;
}

function missing({ leaves }: CompiledRule, { absent }: Facts): string {
  for (const { index } of leaves) {
    const reason = absent[index];
    if (reason != null) return reason;
  }
  return 'an input is missing';
}
