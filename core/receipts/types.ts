import type { Disposition, Outcome, RiskLevel, Severity } from '../contract/values.ts';
import type { Position } from '../contract/position.ts';
import type { HistoryEntry } from '../history/types.ts';
import type { Inspection } from '../events/types.ts';

export type RuleResult = 'fired' | 'clear' | 'not_evaluated' | 'excepted';

/** What one rule of the policy made of one record. */
export interface RuleOutcome {
  readonly id: string;
  readonly version: number;
  readonly severity: Severity;
  readonly result: RuleResult;
  /** why it fired, why it was not evaluated, or which exception holds */
  readonly reason: string | null;
  /** the values that the rule compared; amounts as decimal text ("15000.01") */
  readonly values: Readonly<Record<string, string | number | boolean | null>>;
}

export type AlertSubject =
  | {
      readonly kind: 'application';
      readonly user_id: string;
      readonly application_id: string;
      readonly revision: number;
    }
  | { readonly kind: 'transaction'; readonly user_id: string; readonly transaction_id: string };

/** An alert as the stream raises it. The store adds status, its history, created_at and updated_at. */
export interface Alert {
  /** SHA-256 (hex) of subject, rule id and rule version */
  readonly alert_id: string;
  readonly subject: AlertSubject;
  readonly rule_id: string;
  readonly rule_version: number;
  readonly severity: Severity;
  readonly reason: string;
  /** the values that fired the rule; for a transaction the transaction itself is among them */
  readonly evidence: Readonly<Record<string, string | number | boolean | null>>;
  readonly policy_id: string;
  readonly policy_version: string;
  readonly policy_digest: string;
  /** ms since 1970 */
  readonly event_time: number;
  readonly arrival: number;
  readonly position: Position;
}

/** What `assess` returns for one position. */
export interface Assessment {
  readonly disposition: Disposition;
  /** the receipt as canonical JSON text: sorted keys, no white space */
  readonly receipt: string;
  /** SHA-256 (hex) of `receipt` */
  readonly digest: string;
  /** null where the record was quarantined */
  readonly userId: string | null;
  /** what later records of the customer will see of this one; only for decided records */
  readonly entry: HistoryEntry | null;
  readonly alerts: readonly Alert[];
  readonly inspection: Inspection;
  /** decided applications only */
  readonly outcome: Outcome | null;
  readonly riskLevel: RiskLevel | null;
  readonly rules: readonly RuleOutcome[];
}
