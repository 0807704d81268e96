/**
 * Why a decision came out as it did: stable codes for receipts and reports, and what to tell the applicant. A code never
 * changes its meaning; a new meaning gets a new code.
 */
export const REASONS = {
  no_consent: 'The applicant has not consented to scoring; a person decides.',
  credit_score_below_minimum: 'The credit score is below the minimum for a loan.',
  credit_score_below_approval_floor: 'The credit score is too low for approval without a person.',
  amount_above_instant_limit: 'The amount is too high for approval without a person.',
  within_instant_approval: 'Credit score and amount are within the limits of instant approval.',
} as const;

/** A rule of severity review or higher fired: `fraud_rule:` and the id of the rule, once for each. */
export const RULE_REASON_PREFIX = 'fraud_rule:';

export type ReasonCode = keyof typeof REASONS | `${typeof RULE_REASON_PREFIX}${string}`;

/** @returns what a code says, in a sentence */
export function reasonText(code: string): string {
  if (code.startsWith(RULE_REASON_PREFIX))
    return `Rule ${code.slice(RULE_REASON_PREFIX.length)} of the policy asks for a review by a person.`;
  if (Object.hasOwn(REASONS, code)) return REASONS[code as keyof typeof REASONS];
  throw new RangeError(`not a reason code: ${code}`);
}
