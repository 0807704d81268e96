import type { ActivityType, CardType, CheckType, RiskLevel } from '../contract/values.ts';
import type { Position } from '../contract/position.ts';

/** A record as the stream delivered it. */
export interface StreamRecord {
  readonly position: Position;
  /** the stream's own approximate arrival time, ms since 1970: the only "now" of a check or a decision */
  readonly arrival: number;
  /** the partition key */
  readonly key: string;
  readonly data: Buffer;
}

/** A record after masking: `data` and `key` hold no card number. This, and only this, is stored and assessed. */
export interface LogRecord extends StreamRecord {
  /** whether a mask was applied to `data`; the card check reads this, so that a replay sees what the stream saw */
  readonly masked: boolean;
}

/** One failed check. `reason` says what was expected and never repeats the value, which may be personal. */
export interface Issue {
  readonly check: CheckType;
  /** name of the field, or null where the check is about the whole record */
  readonly field: string | null;
  readonly reason: string;
}

export interface Consent {
  readonly scoring: boolean;
  readonly analytics: boolean;
}

/** The normal form of a credit application. An absent optional field is null. */
export interface Application {
  readonly application_id: string;
  readonly user_id: string;
  /** bureau score, 300–850 */
  readonly credit_score: number;
  /** integer cents */
  readonly loan_amount: number;
  /** ms since 1970 */
  readonly event_time: number;
  readonly revision: number;
  readonly event_id: string | null;
  readonly currency: string;
  readonly consent: Consent;
  readonly annual_income: number | null;
  readonly monthly_debt_payment: number | null;
  readonly total_debt: number | null;
  readonly collateral_value: number | null;
  readonly credit_limit: number | null;
  readonly credit_used: number | null;
  readonly employment_months: number | null;
  readonly late_payments_12m: number | null;
  readonly months_since_last_late: number | null;
  readonly previous_default: boolean | null;
  readonly loan_purpose: string | null;
  readonly term_months: number | null;
  readonly interest_rate: number | null;
  readonly home_ownership: string | null;
  /** name, age and gender: restricted schema only; no score, rule, decision or receipt may read them */
  readonly name: string | null;
  readonly age: number | null;
  readonly gender: string | null;
  readonly region: string | null;
  readonly device_id: string | null;
  readonly ip_address: string | null;
  readonly channel: string | null;
}

/** The normal form of a record of account activity. */
export interface Activity {
  readonly type: ActivityType;
  readonly user_id: string;
  /** ms since 1970 */
  readonly event_time: number;
  readonly event_id: string | null;
  /** transactions only */
  readonly transaction_id: string | null;
  /** integer cents */
  readonly amount: number | null;
  readonly location: string | null;
  readonly merchant: string | null;
  readonly card_type: CardType | null;
  readonly device_id: string | null;
  readonly credit_score: number | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  /** loan outcomes only */
  readonly application_id: string | null;
  readonly defaulted: boolean | null;
}

/** Stages 1–4 of the checks failed: every failing field of stage 4 is listed. */
export interface Quarantined {
  readonly kind: 'quarantined';
  readonly issues: readonly Issue[];
}

export interface InspectedApplication {
  readonly kind: 'application';
  readonly application: Application;
  /** stage 5: one issue for each optional field that became null */
  readonly issues: readonly Issue[];
  /** SHA-256 (hex) of the canonical normal form without event_id */
  readonly payloadHash: string;
  /** null without consent to scoring */
  readonly riskLevel: RiskLevel | null;
}

export interface InspectedActivity {
  readonly kind: 'activity';
  readonly activity: Activity;
  readonly issues: readonly Issue[];
  readonly payloadHash: string;
  /** transaction_id, or else event_id, or else the payload hash */
  readonly identity: string;
  /** band of the record's own score, or null */
  readonly riskLevel: RiskLevel | null;
}

/** What a record says of itself, without its customer's history. The batch works with this alone. */
export type Inspection = Quarantined | InspectedApplication | InspectedActivity;
