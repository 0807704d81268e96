import type { AlertStatus, Disposition, Outcome, RiskLevel, Severity } from '../../core/contract/values.ts';
import type { RuleResult } from '../../core/receipts/types.ts';

/**
 * What every route of the console answers with. Types alone: the browser imports them and nothing else of this room.
 *
 * Times are ISO 8601 in UTC, days `YYYY-MM-DD`. Amounts and counts are numbers. A text can hold anything that a person
 * typed, markup and right-to-left marks too: show it as text.
 *
 * | route | answer |
 * |---|---|
 * | GET /api/meta | MetaResponse |
 * | GET /api/overview, /api/credit-risk, /api/fraud, /api/data-quality, /api/pipeline | PageResponse |
 * | GET /api/tables/:chart?cursor=&limit= | TableResponse |
 * | GET /api/export/:chart.csv | text/csv, every row that the filters leave |
 * | GET /api/alerts?status=&severity=&rule=&cursor=&limit= | AlertsResponse |
 * | GET /api/alerts/:id | AlertResponse |
 * | POST /api/alerts/:id/status (StatusRequest) | StatusResponse |
 * | GET /api/applications?application_id=&cursor=&limit= | ApplicationsResponse |
 * | GET /api/applications/:user/:applicationId | ApplicationResponse |
 * | POST /api/applications/:user/:applicationId/replay (no body) | ReplayResponse |
 * | POST /api/applications/:user/:applicationId/reviews (ReviewRequest) | ReviewResponse |
 * | GET /api/live | LiveResponse |
 *
 * Filters, in the query string of every GET but meta and live: from, to, region, risk_level, status, card_type,
 * is_fraud; of a page also its other slicers (stream, check_type, job, job_status). At /api/alerts `status` is that of
 * the alert. Where something has no such column, the filter does not cut it, and `not_filtered_by` names it.
 * `:user` is what `user` holds in a row: a token, or the id itself for a role that may see it.
 * Every failure is an ErrorResponse; a POST needs `content-type: application/json`.
 */
export type Cell = string | number | boolean | null;

export type Role = 'analyst' | 'engineer' | 'admin';
export type Unit = 'count' | 'money' | 'share' | 'points' | 'seconds';
export type Owner = 'credit' | 'fraud' | 'data-quality' | 'operations';

/** What is known of the data behind an answer; of the same snapshot as the answer. */
export interface Standing {
  /** finish of the last load of the warehouse; null before the first */
  readonly as_of: string | null;
  /** the warehouse holds no record at all: say so instead of showing zeros */
  readonly empty: boolean;
  /** older than it may be, or the last run failed: say so, with `as_of` */
  readonly stale: boolean;
  /** older than this many minutes counts as stale */
  readonly stale_after_minutes: number;
  readonly last_run: { readonly id: string; readonly status: string } | null;
  readonly last_event_time: string | null;
  readonly last_arrival: string | null;
  /** when this was answered */
  readonly now: string;
  readonly role: Role;
}

/** Filters as they were understood; absent ones are null. */
export interface Filters {
  readonly from: string | null;
  /** today where only `from` was given */
  readonly to: string | null;
  /** the period of equal length before; null without `from` */
  readonly previous: { readonly from: string; readonly to: string } | null;
  /** dimension → value, of those that were given */
  readonly values: Readonly<Record<string, string>>;
}

export interface MeasureInfo {
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  /** of a share those of its percent */
  readonly decimals: number;
  readonly description: string;
  readonly owner: Owner;
  readonly better: 'higher' | 'lower' | 'neither';
}

export interface DimensionInfo {
  readonly id: string;
  readonly title: string;
  readonly kind: 'text' | 'flag' | 'date' | 'time' | 'number';
  readonly description: string;
  /** all values there can be, in the order in which they are shown; null = whatever the data has */
  readonly values: readonly string[] | null;
}

/** A chart of kind `number` or `gauge`. */
export interface Figure {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly kind: 'number' | 'gauge';
  readonly measure: MeasureInfo;
  /** null: nothing to divide by, or nothing there. A share is 0 to 1. */
  readonly value: number | null;
  /** of the period before */
  readonly previous: number | null;
  /** a share: difference (0.012 = 1.2 points); else relative (0.1 = a tenth more); null where there is no previous one */
  readonly change: number | null;
  /** of a gauge */
  readonly range: readonly [from: number, to: number] | null;
  readonly not_filtered_by: readonly string[];
}

/** A picture. Rows come in the order in which they are shown; `by` has one value for each of `dimensions`. */
export interface ChartData {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly kind: 'line' | 'bar' | 'stacked-bar' | 'donut' | 'histogram';
  /** first the axis, then the series */
  readonly dimensions: readonly DimensionInfo[];
  readonly measures: readonly MeasureInfo[];
  /** values in the order of `measures` */
  readonly rows: readonly {
    readonly by: readonly (string | number | boolean)[];
    readonly values: readonly (number | null)[];
  }[];
  /** there were more rows than are shown */
  readonly truncated: boolean;
  readonly not_filtered_by: readonly string[];
}

export interface ColumnInfo {
  readonly name: string;
  readonly title: string;
  readonly kind: 'text' | 'number' | 'money' | 'date' | 'time' | 'flag';
  /** holds tokens in the place of ids, since the role may not see them */
  readonly masked: boolean;
}

export interface TableData {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly columns: readonly ColumnInfo[];
  readonly rows: readonly (readonly Cell[])[];
  /** give it as `cursor` for the next rows; null at the end */
  readonly next_cursor: string | null;
  readonly not_filtered_by: readonly string[];
  /** path of the CSV, with the filters */
  readonly export: string;
}

export interface PageResponse {
  readonly standing: Standing;
  readonly filters: Filters;
  readonly page: { readonly id: string; readonly title: string; readonly slicers: readonly string[] };
  /** by the chart's id, in the catalogue's order */
  readonly figures: readonly Figure[];
  readonly charts: readonly ChartData[];
  readonly tables: readonly TableData[];
}

export interface TableResponse {
  readonly standing: Standing;
  readonly filters: Filters;
  readonly table: TableData;
}

export interface MetaResponse {
  readonly standing: Standing;
  readonly schema_version: string;
  readonly may: {
    /** dispositions and review decisions can be made here */
    readonly write: boolean;
    /** ids of people are shown as they are */
    readonly see_users: boolean;
    readonly replay: boolean;
  };
  /** first and last day that data lies on */
  readonly days: { readonly from: string | null; readonly to: string | null };
  /** everything to filter by; `values` are those of the data where the catalogue names none */
  readonly dimensions: readonly DimensionInfo[];
  readonly pages: readonly {
    readonly id: string;
    readonly title: string;
    /** path of its answer */
    readonly path: string;
    readonly slicers: readonly string[];
    readonly charts: readonly { readonly id: string; readonly title: string; readonly kind: string }[];
  }[];
  readonly alert_statuses: readonly AlertStatus[];
  readonly severities: readonly Severity[];
}

/** `user` goes into paths; a token unless `user_masked` is false. */
export interface Person {
  readonly user: string;
  readonly user_masked: boolean;
}

export interface AlertRow extends Person {
  readonly alert_id: string;
  readonly subject_kind: 'application' | 'transaction';
  readonly application_id: string | null;
  readonly revision: number | null;
  readonly transaction_id: string | null;
  readonly rule_id: string;
  readonly rule_version: number;
  readonly severity: Severity;
  readonly reason: string;
  readonly status: AlertStatus;
  readonly is_open: boolean;
  readonly policy_id: string;
  readonly policy_version: string;
  readonly event_time: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly region: string;
  readonly loan_amount: number | null;
  /** of the transaction or the loan */
  readonly amount: number | null;
  readonly location: string;
  readonly merchant: string;
  readonly card_type: string;
  /** a token where ids are masked */
  readonly device_id: string;
  readonly disposed_by: string | null;
  readonly disposed_at: string | null;
  readonly disposition_reason: string | null;
}

export type Age = 'under an hour' | 'under a day' | 'under a week' | 'older';

export interface AlertsResponse {
  readonly standing: Standing;
  readonly filters: Filters;
  /** alerts that nobody has disposed of, by severity and age since they were raised; without the filter of status */
  readonly open: readonly { readonly severity: Severity; readonly age: Age; readonly alerts: number }[];
  /** newest first */
  readonly alerts: readonly AlertRow[];
  readonly next_cursor: string | null;
  readonly not_filtered_by: readonly string[];
  readonly export: string;
}

/** One entry of an alert's history; the first is the pipeline's own. */
export interface HistoryRow {
  readonly status: AlertStatus;
  readonly at: string;
  readonly by: string;
  readonly reason: string | null;
}

/** An alert as its store has it now; the warehouse follows at the next batch. */
export interface AlertState {
  readonly alert_id: string;
  readonly status: AlertStatus;
  /** give it as `seen_version` with a change */
  readonly version: number;
  /** what it may be given next */
  readonly next: readonly AlertStatus[];
  /** oldest first */
  readonly history: readonly HistoryRow[];
  readonly updated_at: string;
}

export interface AlertResponse {
  readonly standing: Standing;
  readonly alert: AlertRow;
  /** null where the alert store cannot be reached from here: what is shown is the warehouse's then */
  readonly state: AlertState | null;
  /** the store has moved since the warehouse read it */
  readonly ahead_of_warehouse: boolean;
  /** the values that fired the rule; null where the store cannot be reached */
  readonly evidence: Readonly<Record<string, Cell>> | null;
  readonly rule: RuleText | null;
  readonly policy: { readonly id: string; readonly version: string };
  /** other applications of the person, newest first */
  readonly related_applications: readonly ApplicationRow[];
  /** other alerts of the person, newest first */
  readonly related_alerts: readonly AlertRow[];
}

export interface RuleText {
  readonly rule_id: string;
  readonly rule_version: number;
  readonly severity: Severity;
  readonly reason: string;
  /** when it fires, in the policy's own words */
  readonly condition: string;
}

export interface StatusRequest {
  readonly status: AlertStatus;
  readonly name: string;
  readonly reason: string;
  readonly seen_version: number;
}

export interface StatusResponse {
  readonly state: AlertState;
}

export interface ApplicationRow extends Person {
  readonly application_id: string;
  readonly revision: number;
  readonly event_time: string;
  readonly ingest_time: string;
  readonly credit_score: number;
  readonly loan_amount: number;
  readonly risk_level: RiskLevel | 'Not scored';
  /** as recorded */
  readonly approval_status: Outcome;
  /** with a person's decision over it */
  readonly final_status: Outcome;
  readonly reviewed: boolean;
  readonly is_fraud: boolean;
  readonly fraud_confirmed: boolean;
  readonly region: string;
  readonly policy_id: string;
  readonly policy_version: string;
  readonly pd: number | null;
  readonly model_version: string | null;
}

export interface ApplicationsResponse {
  readonly standing: Standing;
  readonly filters: Filters;
  /** newest first */
  readonly applications: readonly ApplicationRow[];
  readonly next_cursor: string | null;
  readonly not_filtered_by: readonly string[];
  readonly export: string;
}

/** What one rule made of the application. */
export interface RuleRow {
  readonly rule_id: string;
  readonly rule_version: number;
  readonly severity: Severity | null;
  readonly result: RuleResult;
  /** why it fired, or was not evaluated, or what exempts it */
  readonly reason: string | null;
  /** when it fires; null where the policy's text is not known */
  readonly condition: string | null;
  /** the values that it compared */
  readonly values: Readonly<Record<string, Cell>>;
}

export interface ReceiptView {
  readonly digest: string;
  readonly position: { readonly stream: string; readonly shard: string; readonly seq: string };
  readonly arrival: string;
  readonly disposition: Disposition;
  readonly outcome: Outcome | null;
  readonly risk_level: RiskLevel | null;
  /** codes of the decision's reasons, with what they say */
  readonly reasons: readonly { readonly code: string; readonly text: string }[];
  /** normalised, ids of people as tokens where the role may not see them; amounts in units, times ISO 8601 */
  readonly inputs: Readonly<Record<string, Cell>>;
  readonly features: Readonly<Record<string, Cell>>;
  readonly rules: readonly RuleRow[];
  readonly policy_digest: string;
  /** version of the code that wrote it */
  readonly code: string;
}

export interface ReviewRow {
  readonly review_id: string;
  readonly revision: number;
  readonly decision: 'Approved' | 'Rejected';
  readonly reviewer: string;
  readonly reason: string;
  readonly decided_at: string;
  readonly is_current_revision: boolean;
  /** false: made here, and not in the warehouse before the next batch */
  readonly in_warehouse: boolean;
}

export interface ApplicationResponse {
  readonly standing: Standing;
  readonly application: ApplicationRow;
  /** of the current revision; null where it cannot be found or read now, and `receipt_problem` says why */
  readonly receipt: ReceiptView | null;
  readonly receipt_problem: string | null;
  readonly policy: {
    readonly id: string;
    readonly version: string;
    readonly high_below: number | null;
    readonly low_from: number | null;
    readonly reject_below: number | null;
    readonly approval_floor: number | null;
    readonly instant_amount: number | null;
  } | null;
  readonly alerts: readonly AlertRow[];
  /** oldest first */
  readonly reviews: readonly ReviewRow[];
  /** give it as `seen_reviews` with a decision */
  readonly seen_reviews: number;
}

export interface ReviewRequest {
  readonly decision: 'Approved' | 'Rejected';
  readonly name: string;
  readonly reason: string;
  /** of the application that was seen */
  readonly revision: number;
  readonly seen_reviews: number;
}

export interface ReviewResponse {
  readonly review: ReviewRow;
  readonly seen_reviews: number;
}

/** Everything under the id computed again from the log. */
export interface ReplayResponse {
  /** every stored receipt is byte for byte what comes out now */
  readonly equal: boolean;
  readonly took_ms: number;
  readonly records: readonly {
    readonly position: { readonly stream: string; readonly shard: string; readonly seq: string };
    readonly arrival: string;
    readonly disposition: Disposition;
    readonly outcome: Outcome | null;
    readonly digest: string;
    /** null: none is stored yet */
    readonly stored_digest: string | null;
    readonly equal: boolean;
    readonly policy: { readonly id: string; readonly version: string };
    /** decided records of the person that it saw */
    readonly history: number;
    readonly rules: readonly RuleRow[];
  }[];
}

export interface LiveCounts {
  readonly received: number;
  readonly decided: number;
  readonly quarantined: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly undecided: number;
  /** rules that fired */
  readonly alerts: number;
}

/** What the receipts say, which are there within seconds; the warehouse waits for the batch. */
export interface LiveResponse {
  readonly now: string;
  /** what is counted arrived from here on */
  readonly since: string;
  readonly total: LiveCounts;
  readonly by_stream: Readonly<Record<string, LiveCounts>>;
  /** the last 15 minutes of arrival, oldest first, those without records too */
  readonly minutes: readonly ({ readonly minute: string } & LiveCounts)[];
  readonly last_arrival: string | null;
  readonly warehouse_as_of: string | null;
  /** there are receipts that the warehouse has not loaded: say so */
  readonly ahead_of_warehouse: boolean;
  /** how many records arrived after the last one that the warehouse has */
  readonly ahead_by: number;
}

export type ErrorCode =
  /** 400 */
  | 'invalid_filter'
  | 'unknown_parameter'
  | 'invalid_range'
  | 'invalid_cursor'
  | 'invalid_body'
  /** 403 */
  | 'forbidden_origin'
  | 'forbidden_host'
  | 'forbidden_role'
  /** 404, 405 */
  | 'not_found'
  | 'method_not_allowed'
  /** 409 */
  | 'stale_version'
  /** what is asked makes no sense for what is there: the message says why, the hint what does */
  | 'refused'
  | 'schema_outdated'
  /** 413, 415 */
  | 'too_large'
  | 'not_json'
  /** 500 */
  | 'internal'
  /** 503 */
  | 'view_missing'
  | 'warehouse_down'
  | 'store_down';

export interface ErrorResponse {
  readonly error: {
    readonly code: ErrorCode;
    /** what is wrong, and where */
    readonly message: string;
    /** what to do next */
    readonly hint: string | null;
    /** invalid_filter, unknown_parameter, invalid_range, invalid_cursor */
    readonly parameter?: string;
    readonly value?: string;
    /** what the parameter takes, or the parameters there are */
    readonly allowed?: readonly string[];
    /** stale_version: as it is now */
    readonly current?: AlertState | { readonly reviews: readonly ReviewRow[]; readonly seen_reviews: number };
    /** schema_outdated: migrations or columns; view_missing: the view */
    readonly missing?: readonly string[];
  };
}
