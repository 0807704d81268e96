import { hash } from 'node:crypto';
import type { Activity, Application, Consent, Issue, LogRecord } from '../events/types.ts';
import type { Features } from '../features/features.ts';
import { jsonText, timeText } from '../policy/canonical.ts';
import type { EvaluatedRule } from '../rules/program.ts';

/**
 * Receipts as canonical JSON (RFC 8785), assembled by hand with the keys in sorted order; tests hold them against a
 * canonicaliser. What is null is written as null, except in the inputs: like the normal form that is hashed they leave
 * it out. They leave out too what is personal and decides nothing: name, age, gender, ip_address.
 */

const text = (value: string | null): string => (value === null ? 'null' : jsonText(value));

function issuesText(issues: readonly Issue[]): string {
  let list = '';
  for (const { check, field, reason } of issues)
    list += `${list === '' ? '' : ','}{"check":"${check}","field":${text(field)},"reason":${jsonText(reason)}}`;
  return `[${list}]`;
}

const rawHash = (record: LogRecord): string => hash('sha256', record.data, 'hex');

/** The last members of every receipt but a decided one, which has more after the hash. */
const position = ({ position: { seq, shard, stream } }: LogRecord): string =>
  `"position":{"seq":"${seq}","shard":${jsonText(shard)},"stream":"${stream}"}`;

export function quarantinedReceipt(record: LogRecord, issues: readonly Issue[], policyDigest: string): string {
  return (
    `{"arrival":${timeText(record.arrival)},"disposition":"quarantined","issues":${issuesText(issues)},` +
    `"policy":"${policyDigest}",${position(record)},"raw_hash":"${rawHash(record)}","v":1}`
  );
}

/** A record that the stream gave up: known to be there, and never decided at this position. */
export function undecidedReceipt(record: LogRecord, policyDigest: string): string {
  return (
    `{"arrival":${timeText(record.arrival)},"disposition":"undecided","policy":"${policyDigest}",` +
    `${position(record)},"raw_hash":"${rawHash(record)}","v":1}`
  );
}

const UNDECIDED = /^\{"arrival":-?\d+,"disposition":"undecided",/;

/** Whether a receipt is such a mark: read from its beginning, where no text of a record stands. */
export const isUndecided = (receipt: string): boolean => UNDECIDED.test(receipt);

export function repeatedReceipt(
  record: LogRecord,
  disposition: 'duplicate' | 'conflict',
  first: string,
  identity: string,
  payloadHash: string,
  policyDigest: string,
): string {
  return (
    `{"arrival":${timeText(record.arrival)},"disposition":"${disposition}","first":"${first}","identity":${identity},` +
    `"payload_hash":"${payloadHash}","policy":"${policyDigest}",${position(record)},` +
    `"raw_hash":"${rawHash(record)}","v":1}`
  );
}

export const applicationIdentity = (a: Application): string =>
  `{"application_id":${jsonText(a.application_id)},"revision":${a.revision},"user_id":${jsonText(a.user_id)}}`;

export const activityIdentity = (a: Activity, identity: string): string =>
  `{"id":${jsonText(identity)},"type":"${a.type}","user_id":${jsonText(a.user_id)}}`;

/** What the receipts of decided records have in common. */
export interface Decided {
  readonly record: LogRecord;
  readonly issues: readonly Issue[];
  readonly payloadHash: string;
  readonly policyDigest: string;
  readonly riskLevel: string | null;
  readonly rules: readonly EvaluatedRule[];
}

function rulesText(rules: readonly EvaluatedRule[]): string {
  let list = '';
  for (let i = 0; i < rules.length; i++) list += (i === 0 ? '' : ',') + (rules[i] as EvaluatedRule).text;
  return list;
}

/** From `issues` on to the end. Reason codes are plain ASCII. */
function decidedTail(
  { record, issues, payloadHash, policyDigest, riskLevel, rules }: Decided,
  outcome: string | null,
  reasons: readonly string[],
): string {
  return (
    (issues.length === 0
      ? '"issues":[],"model":null,"outcome":'
      : `"issues":${issuesText(issues)},"model":null,"outcome":`) +
    (outcome === null ? 'null,"payload_hash":"' : `"${outcome}","payload_hash":"`) +
    `${payloadHash}","policy":"${policyDigest}",${position(record)},` +
    `"raw_hash":"${rawHash(record)}","reasons":[${reasons.length === 0 ? '' : `"${reasons.join('","')}"`}],` +
    `"risk_level":${riskLevel === null ? 'null' : `"${riskLevel}"`},"rules":[${rulesText(rules)}],"v":1}`
  );
}

export function decidedApplicationReceipt(
  decided: Decided,
  application: Application,
  features: Features,
  amendment: boolean,
  outcome: string,
  reasons: readonly string[],
): string {
  return (
    `{"amendment":${amendment},"arrival":${timeText(decided.record.arrival)},"disposition":"decided",` +
    `"features":${featuresText(features)},"inputs":${applicationInputs(application)},` +
    decidedTail(decided, outcome, reasons)
  );
}

export function decidedActivityReceipt(decided: Decided, activity: Activity): string {
  return (
    `{"arrival":${timeText(decided.record.arrival)},"disposition":"decided","inputs":${activityInputs(activity)},` +
    decidedTail(decided, null, [])
  );
}

const NO_FEATURES =
  '{"credit_utilisation":null,"debt_to_income":null,"income_stability":null,"late_payment_rate":null,' +
  '"loan_to_income":null,"loan_to_value":null,"monthly_debt_to_income":null,"months_since_last_late":null}';

function featuresText(f: Features): string {
  const isPlain =
    f.credit_utilisation === null &&
    f.debt_to_income === null &&
    f.income_stability === null &&
    f.late_payment_rate === null &&
    f.loan_to_income === null &&
    f.loan_to_value === null &&
    f.monthly_debt_to_income === null &&
    f.months_since_last_late === null;
  if (isPlain) return NO_FEATURES;
  return (
    `{"credit_utilisation":${f.credit_utilisation},"debt_to_income":${f.debt_to_income},` +
    `"income_stability":${f.income_stability},"late_payment_rate":${f.late_payment_rate},` +
    `"loan_to_income":${f.loan_to_income},"loan_to_value":${f.loan_to_value},` +
    `"monthly_debt_to_income":${f.monthly_debt_to_income},"months_since_last_late":${f.months_since_last_late}}`
  );
}

/** A member of the inputs, with the comma before it; nothing where the value is null. */
const member = (key: string, value: string | null): string => (value === null ? '' : key + jsonText(value));
const plain = (key: string, value: number | boolean | null): string => (value === null ? '' : key + value);

const applicationInputs = (a: Application): string =>
  (a.annual_income === null ? '{' : `{"annual_income":${a.annual_income},`) +
  `"application_id":${jsonText(a.application_id)}` +
  member(',"channel":', a.channel) +
  plain(',"collateral_value":', a.collateral_value) +
  consentText(a.consent) +
  plain(',"credit_limit":', a.credit_limit) +
  `,"credit_score":${a.credit_score}` +
  plain(',"credit_used":', a.credit_used) +
  (a.currency === 'USD' ? ',"currency":"USD"' : `,"currency":${jsonText(a.currency)}`) +
  member(',"device_id":', a.device_id) +
  plain(',"employment_months":', a.employment_months) +
  member(',"event_id":', a.event_id) +
  `,"event_time":${timeText(a.event_time)}` +
  member(',"home_ownership":', a.home_ownership) +
  plain(',"interest_rate":', a.interest_rate) +
  plain(',"late_payments_12m":', a.late_payments_12m) +
  `,"loan_amount":${a.loan_amount}` +
  member(',"loan_purpose":', a.loan_purpose) +
  plain(',"monthly_debt_payment":', a.monthly_debt_payment) +
  plain(',"months_since_last_late":', a.months_since_last_late) +
  plain(',"previous_default":', a.previous_default) +
  member(',"region":', a.region) +
  `,"revision":${a.revision}` +
  plain(',"term_months":', a.term_months) +
  plain(',"total_debt":', a.total_debt) +
  `,"user_id":${jsonText(a.user_id)}}`;

const consentText = ({ analytics, scoring }: Consent): string =>
  analytics && scoring
    ? ',"consent":{"analytics":true,"scoring":true}'
    : `,"consent":{"analytics":${analytics},"scoring":${scoring}}`;

const before = (key: string, value: string | null): string => (value === null ? '' : `${key}${jsonText(value)},`);

/** The members before `event_time`, which is never null, bring the comma behind them. */
const activityInputs = (a: Activity): string =>
  (a.amount === null ? '{' : `{"amount":${a.amount},`) +
  before('"application_id":', a.application_id) +
  before('"card_type":', a.card_type) +
  (a.credit_score === null ? '' : `"credit_score":${a.credit_score},`) +
  (a.defaulted === null ? '' : `"defaulted":${a.defaulted},`) +
  before('"device_id":', a.device_id) +
  before('"event_id":', a.event_id) +
  `"event_time":${timeText(a.event_time)}` +
  plain(',"latitude":', a.latitude) +
  member(',"location":', a.location) +
  plain(',"longitude":', a.longitude) +
  member(',"merchant":', a.merchant) +
  member(',"transaction_id":', a.transaction_id) +
  `,"type":"${a.type}","user_id":${jsonText(a.user_id)}}`;
