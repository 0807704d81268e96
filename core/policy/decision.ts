import type { Outcome } from '../contract/values.ts';
import type { Application } from '../events/types.ts';
import type { RuleOutcome } from '../receipts/types.ts';
import type { Thresholds } from './policy.ts';
import { type ReasonCode, RULE_REASON_PREFIX } from './reasons.ts';

export interface Decision {
  readonly outcome: Outcome;
  readonly reasons: readonly ReasonCode[];
}

/** The decision on an application: DOMAIN §4, first match wins, defined for every input. */
export function decideOutcome(
  application: Application,
  rules: readonly RuleOutcome[],
  { rejectBelow, approvalFloor, instantAmount }: Thresholds,
): Decision {
  const { consent, credit_score, loan_amount } = application;
  if (!consent.scoring) return { outcome: 'Under Review', reasons: ['no_consent'] };
  const fired = rules.filter((rule) => rule.result === 'fired' && rule.severity !== 'notice');
  if (fired.length > 0)
    return { outcome: 'Under Review', reasons: fired.map(({ id }) => `${RULE_REASON_PREFIX}${id}` as const) };
  if (credit_score < rejectBelow) return { outcome: 'Rejected', reasons: ['credit_score_below_minimum'] };
  if (credit_score >= approvalFloor && loan_amount <= instantAmount)
    return { outcome: 'Approved', reasons: ['within_instant_approval'] };
  const reasons: ReasonCode[] = [];
  if (credit_score < approvalFloor) reasons.push('credit_score_below_approval_floor');
  if (loan_amount > instantAmount) reasons.push('amount_above_instant_limit');
  return { outcome: 'Under Review', reasons };
}
