import type { Outcome } from '../../core/contract/values.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { amountText } from '../../core/policy/decimal.ts';
import { RULE_REASON_PREFIX } from '../../core/policy/reasons.ts';

export interface DecisionStep {
  readonly when: string;
  readonly outcome: Outcome;
  /** whether a reason code of a decision comes from this step */
  readonly gives: (reason: string) => boolean;
}

/** The steps of the decision on an application with a policy's limits, as core/policy/decision.ts takes them: first match wins. */
export function decisionSteps({ thresholds }: Pick<Policy, 'thresholds'>): readonly DecisionStep[] {
  const { rejectBelow, approvalFloor, instantAmount } = thresholds;
  const is = (code: string) => (reason: string) => reason === code;
  return [
    { when: 'no consent to scoring', outcome: 'Under Review', gives: is('no_consent') },
    {
      when: 'a rule of severity review or critical fired',
      outcome: 'Under Review',
      gives: (reason) => reason.startsWith(RULE_REASON_PREFIX),
    },
    { when: `credit_score < ${rejectBelow}`, outcome: 'Rejected', gives: is('credit_score_below_minimum') },
    {
      when: `credit_score ≥ ${approvalFloor} and loan_amount ≤ ${amountText(instantAmount)}`,
      outcome: 'Approved',
      gives: is('within_instant_approval'),
    },
    {
      when: 'otherwise',
      outcome: 'Under Review',
      gives: (reason) => ['credit_score_below_approval_floor', 'amount_above_instant_limit'].includes(reason),
    },
  ];
}

/** Bands of a score, from the riskiest on. */
export const bandsText = ({ limits: { highBelow, lowFrom } }: Pick<Policy, 'limits'>): string =>
  `High below ${highBelow}, Medium below ${lowFrom}, Low from ${lowFrom}`;
