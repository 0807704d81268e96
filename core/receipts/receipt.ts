import { hash } from 'node:crypto';
import type { Activity, Application, Issue, LogRecord } from '../events/types.ts';
import type { Features } from '../features/features.ts';
import { jsonText } from '../policy/canonical.ts';
import type { EvaluatedRule } from '../rules/program.ts';

/**
 * Receipts as canonical JSON (RFC 8785), assembled by hand with the keys in sorted order; tests hold them against a
 * canonicaliser. What is null is written as null. Inputs leave out what is personal and decides nothing: name, age,
 * gender, ip_address.
 */

const text = (value: string | null): string => (value === null ? 'null' : jsonText(value));

function issuesText(issues: readonly Issue[]): string {
  if (issues.length === 0) return '[]';
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
    `{"arrival":${record.arrival},"disposition":"quarantined","issues":${issuesText(issues)},` +
    `"policy":"${policyDigest}",${position(record)},"raw_hash":"${rawHash(record)}","v":1}`
  );
}

/** A record that the stream gave up: known to be there, and never decided at this position. */
export function undecidedReceipt(record: LogRecord, policyDigest: string): string {
  return (
    `{"arrival":${record.arrival},"disposition":"undecided","policy":"${policyDigest}",` +
    `${position(record)},"raw_hash":"${rawHash(record)}","v":1}`
  );
}

export function repeatedReceipt(
  record: LogRecord,
  disposition: 'duplicate' | 'conflict',
  first: string,
  identity: string,
  payloadHash: string,
  policyDigest: string,
): string {
  return (
    `{"arrival":${record.arrival},"disposition":"${disposition}","first":"${first}","identity":${identity},` +
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
    `"issues":${issuesText(issues)},"model":null,"outcome":${outcome === null ? 'null' : `"${outcome}"`},` +
    `"payload_hash":"${payloadHash}","policy":"${policyDigest}",${position(record)},` +
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
    `{"amendment":${amendment},"arrival":${decided.record.arrival},"disposition":"decided",` +
    `"features":${featuresText(features)},"inputs":${applicationInputs(application)},` +
    decidedTail(decided, outcome, reasons)
  );
}

export function decidedActivityReceipt(decided: Decided, activity: Activity): string {
  return (
    `{"arrival":${decided.record.arrival},"disposition":"decided","inputs":${activityInputs(activity)},` +
    decidedTail(decided, null, [])
  );
}

const featuresText = (f: Features): string =>
  `{"credit_utilisation":${f.credit_utilisation},"debt_to_income":${f.debt_to_income},` +
  `"income_stability":${f.income_stability},"late_payment_rate":${f.late_payment_rate},` +
  `"loan_to_income":${f.loan_to_income},"loan_to_value":${f.loan_to_value},` +
  `"monthly_debt_to_income":${f.monthly_debt_to_income},"months_since_last_late":${f.months_since_last_late}}`;

const applicationInputs = (a: Application): string =>
  `{"annual_income":${a.annual_income},"application_id":${jsonText(a.application_id)},"channel":${text(a.channel)},` +
  `"collateral_value":${a.collateral_value},` +
  `"consent":{"analytics":${a.consent.analytics},"scoring":${a.consent.scoring}},` +
  `"credit_limit":${a.credit_limit},"credit_score":${a.credit_score},"credit_used":${a.credit_used},` +
  `"currency":${jsonText(a.currency)},"device_id":${text(a.device_id)},"employment_months":${a.employment_months},` +
  `"event_id":${text(a.event_id)},"event_time":${a.event_time},"home_ownership":${text(a.home_ownership)},` +
  `"interest_rate":${a.interest_rate},"late_payments_12m":${a.late_payments_12m},"loan_amount":${a.loan_amount},` +
  `"loan_purpose":${text(a.loan_purpose)},"monthly_debt_payment":${a.monthly_debt_payment},` +
  `"months_since_last_late":${a.months_since_last_late},"previous_default":${a.previous_default},` +
  `"region":${text(a.region)},"revision":${a.revision},"term_months":${a.term_months},` +
  `"total_debt":${a.total_debt},"user_id":${jsonText(a.user_id)}}`;

const activityInputs = (a: Activity): string =>
  `{"amount":${a.amount},"application_id":${text(a.application_id)},"card_type":${text(a.card_type)},` +
  `"credit_score":${a.credit_score},"defaulted":${a.defaulted},"device_id":${text(a.device_id)},` +
  `"event_id":${text(a.event_id)},"event_time":${a.event_time},"latitude":${a.latitude},` +
  `"location":${text(a.location)},"longitude":${a.longitude},"merchant":${text(a.merchant)},` +
  `"transaction_id":${text(a.transaction_id)},"type":"${a.type}","user_id":${jsonText(a.user_id)}}`;
