import type { Activity, Application } from '../events/types.ts';
import type { HistoryView } from '../history/history.ts';
import type { RuleOutcome, RuleResult } from '../receipts/types.ts';
import { jsonText } from '../policy/canonical.ts';
import type { Severity } from '../contract/values.ts';
import { compileTest, type Test, UNKNOWN, YES } from './expression.ts';
import { type Facts, type PlacedLeaf, type RuleTarget, Scope, SLOTS } from './facts.ts';

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
  readonly head: string;
  readonly tail: string;
}

/** An outcome with its place in the receipt; the values as an object are made when asked for. */
export class EvaluatedRule implements RuleOutcome {
  readonly id: string;
  readonly version: number;
  readonly severity: Severity;
  readonly result: RuleResult;
  readonly reason: string | null;
  /** canonical JSON of `values` */
  readonly valuesText: string;
  /** canonical JSON of the whole */
  readonly text: string;

  constructor(rule: CompiledRule, result: RuleResult, reason: string | null, valuesText: string) {
    const { id, version, severity } = rule.document;
    this.id = id;
    this.version = version;
    this.severity = severity;
    this.result = result;
    this.reason = reason;
    this.valuesText = valuesText;
    const because = reason === null ? 'null' : jsonText(reason);
    this.text = `${rule.head}${because},"result":"${result}"${rule.tail}${valuesText},"version":${version}}`;
  }

  get values(): RuleOutcome['values'] {
    return JSON.parse(this.valuesText) as RuleOutcome['values'];
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
    const empty = { record: null as unknown as Facts['record'], view: { entries: [], from: 0, to: 0 } };
    // Every slot must exist from the start: `fill` does not lengthen an array, and undefined is not NaN.
    const numbers = new Array<number>(this.#scope.leaves.length * SLOTS).fill(NaN);
    this.#facts = { ...empty, numbers, texts: [], shown: [], absent: [] };
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
    const sorted = [...named].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      document,
      test,
      leaves: [...uses],
      values: sorted.map(([name, index], i) => ({ prefix: `${i === 0 ? '{' : ','}${jsonText(name)}:`, index })),
      head: `{"id":${jsonText(document.id)},"reason":`,
      tail: `,"severity":"${document.severity}","values":`,
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
    return this.#rules.map((rule) => {
      const { id, reason } = rule.document;
      const answer = rule.test(facts);
      const values = showValues(rule, facts);
      if (answer === UNKNOWN) return new EvaluatedRule(rule, 'not_evaluated', missing(rule, facts), values);
      if (answer !== YES) return new EvaluatedRule(rule, 'clear', null, values);
      const exception = excepted(id);
      return exception === null
        ? new EvaluatedRule(rule, 'fired', reason, values)
        : new EvaluatedRule(rule, 'excepted', exception, values);
    });
  }
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
