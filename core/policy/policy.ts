import { hash } from 'node:crypto';
import type { InspectionLimits } from '../events/inspect.ts';
import { RuleProgram, type RuleDocument } from '../rules/program.ts';
import { canonicalJson } from './canonical.ts';
import { parseAmount } from './decimal.ts';
import { parseDocument, parseInstant, type PolicyDocument } from './document.ts';
import { NoPolicyInForce, PolicyError } from './errors.ts';
import { Exceptions } from './exceptions.ts';
import { parseStrictJson } from './strict-json.ts';

/** Cut-offs of the decision; amounts in cents. */
export interface Thresholds {
  /** scores below are rejected */
  readonly rejectBelow: number;
  /** scores from here on can be approved at once … */
  readonly approvalFloor: number;
  /** … for amounts up to here */
  readonly instantAmount: number;
}

/** A policy document, validated and compiled. */
export interface Policy {
  readonly id: string;
  readonly version: string;
  /** SHA-256 (hex) of the canonical JSON of the document: on every alert, score and decision */
  readonly digest: string;
  /** ms since 1970 */
  readonly effectiveFrom: number;
  readonly description: string;
  readonly document: PolicyDocument;
  /** what `inspect` needs to know */
  readonly limits: InspectionLimits;
  readonly thresholds: Thresholds;
  readonly applicationRules: RuleProgram;
  readonly transactionRules: RuleProgram;
  readonly exceptions: Exceptions;
}

/**
 * Validates a policy document and compiles its rules.
 *
 * @throws PolicyError naming the place in the document, what kind of thing was found there, and what is allowed
 */
export function parsePolicy(text: string): Policy {
  const json = parseStrictJson(text);
  const document = parseDocument(json);
  const { thresholds, rules } = document;
  const limits = {
    amountCeiling: cents(thresholds.amount_ceiling),
    highBelow: thresholds.bands.high_below,
    lowFrom: thresholds.bands.low_from,
  };
  const decision = {
    rejectBelow: thresholds.reject_below,
    approvalFloor: thresholds.approval_floor,
    instantAmount: cents(thresholds.instant_amount),
  };
  checkThresholds(limits, decision);
  checkRuleIds(rules);
  const on = (target: RuleDocument['on']): RuleProgram =>
    new RuleProgram(
      target,
      rules.map((rule, i) => ({ document: rule, path: `rules[${i}]` })).filter((rule) => rule.document.on === target),
    );
  return {
    id: document.id,
    version: document.version,
    digest: hash('sha256', canonicalJson(json)),
    effectiveFrom: parseInstant(document.effective_from) as number,
    description: document.description,
    document,
    limits,
    thresholds: decision,
    applicationRules: on('application'),
    transactionRules: on('transaction'),
    exceptions: Exceptions.of(document),
  };
}

const cents = (text: string): number => parseAmount(text) as number;

function checkThresholds(limits: InspectionLimits, decision: Thresholds): void {
  const { amountCeiling, highBelow, lowFrom } = limits;
  if (amountCeiling === 0) throw new PolicyError('thresholds.amount_ceiling', 'found 0; allowed is an amount above 0');
  if (highBelow >= lowFrom)
    throw new PolicyError('thresholds.bands', 'the bands are inverted; allowed is high_below less than low_from');
  if (decision.rejectBelow > decision.approvalFloor)
    throw new PolicyError(
      'thresholds.reject_below',
      'is above approval_floor, so that a score would be both rejected and approved; allowed is at most approval_floor',
    );
  if (decision.instantAmount > amountCeiling)
    throw new PolicyError('thresholds.instant_amount', 'is above amount_ceiling; allowed is at most that');
}

function checkRuleIds(rules: readonly RuleDocument[]): void {
  const first = new Map<string, number>();
  rules.forEach(({ id }, i) => {
    const known = first.get(id);
    if (known !== undefined)
      throw new PolicyError(`rules[${i}].id`, `"${id}" is the id of rules[${known}] already; allowed is each id once`);
    first.set(id, i);
  });
}

/** All published policies; which one decides is a matter of the record's arrival alone. */
export class PolicyBook {
  /** latest first */
  readonly policies: readonly Policy[];

  private constructor(policies: readonly Policy[]) {
    this.policies = policies;
  }

  /** @param policies in any order; the same document twice is one */
  static from(policies: Iterable<Policy>): PolicyBook {
    const unique = new Map([...policies].map((policy) => [policy.digest, policy]));
    return new PolicyBook(
      [...unique.values()].sort((a, b) =>
        a.effectiveFrom === b.effectiveFrom ? (a.digest < b.digest ? 1 : -1) : b.effectiveFrom - a.effectiveFrom,
      ),
    );
  }

  /**
   * The policy with the latest `effective_from` ≤ arrival; of equals the one with the greater digest.
   *
   * @param arrival ms since 1970
   * @throws NoPolicyInForce when there is none
   */
  inForce(arrival: number): Policy {
    for (const policy of this.policies) if (policy.effectiveFrom <= arrival) return policy;
    const earliest = this.policies.at(-1);
    throw new NoPolicyInForce(
      `no policy is in force at ${new Date(arrival).toISOString()}: ` +
        (earliest === undefined
          ? 'none is published'
          : `the earliest published one, ${earliest.id} ${earliest.version}, takes effect at ${earliest.document.effective_from}`),
    );
  }
}
