export interface BiQuery {
  readonly name: string;
  /** `$1` is the first day of a span, `$2` the last one */
  readonly text: string;
  /** the span that it asks for, as shares of all days: 0 is the first, 1 the last */
  readonly span?: readonly [number, number];
}

const LAST_MONTH = [0.67, 1] as const;
const FIRST_WEEKS = [0.05, 0.2] as const;
const between = 'date between $1 and $2';
/** A span of a detail view: by its index, which is on event_time. */
const during = `event_time >= $1::date::timestamp at time zone 'utc'
    and event_time < ($2::date + 1)::timestamp at time zone 'utc'`;

const sums = `sum(applications) as applications, sum(approved) as approved, sum(rejected) as rejected,
    sum(flagged) as flagged, sum(confirmed) as confirmed, sum(loan_amount) as loan_amount,
    sum(credit_score_sum) / sum(applications) as credit_score`;
const by = (view: string, what: string, key: string, filter: string, span?: readonly [number, number]): BiQuery => ({
  name: `${view} by ${key}${filter === 'true' ? '' : ' where …'}`,
  text: `select ${key}, ${what} from bi.${view} where ${filter} group by ${key} order by ${key}`,
  ...(span === undefined ? {} : { span }),
});
const newest = (view: string, at: string, filter: string, span?: readonly [number, number]): BiQuery => ({
  name: `newest 50 of ${view}${filter === 'true' ? '' : ` where ${filter.replaceAll(/\s+/g, ' ').slice(0, 60)}`}`,
  text: `select * from bi.${view} where ${filter} order by ${at} desc limit 50`,
  ...(span === undefined ? {} : { span }),
});

const moved = `sum(transactions) as transactions, sum(flagged) as flagged, sum(amount) as amount,
    sum(flagged_amount) as flagged_amount`;

/** What dashboards and screens ask: each one must answer within BI_LIMIT_MS. */
export const BI_QUERIES: readonly BiQuery[] = [
  { name: 'application_days, all in one row', text: `select ${sums} from bi.application_days` },
  by('application_days', sums, 'date', 'true'),
  by('application_days', sums, 'date', between, LAST_MONTH),
  by(
    'application_days',
    sums,
    'date',
    `${between} and region = 'Region 3' and risk_level = 'Medium' and not is_fraud`,
    LAST_MONTH,
  ),
  by('application_days', sums, 'region', 'true'),
  by('application_days', sums, 'risk_level', 'true'),
  by('application_days', sums, 'approval_status', 'true'),
  by('application_days', 'sum(applications) as applications', 'score_bin', 'true'),
  by('transaction_days', moved, 'date', 'true'),
  by('transaction_days', moved, 'location', 'true'),
  by('transaction_days', moved, 'card_type', 'is_fraud'),
  newest('applications', 'event_time', 'true'),
  newest('applications', 'event_time', `region = 'Region 3' and risk_level = 'High' and is_fraud`),
  newest('applications', 'event_time', `final_status = 'Approved' and reviewed`),
  newest('applications', 'event_time', during, FIRST_WEEKS),
  newest('applications', 'event_time', `${during} and region = 'Region 3'`, FIRST_WEEKS),
  {
    name: 'one application',
    text: `select * from bi.applications where application_id = 'app-000004711'`,
  },
  newest('transactions', 'event_time', 'true'),
  newest('transactions', 'event_time', `is_fraud and card_type = 'AMEX'`),
  newest('transactions', 'event_time', during, FIRST_WEEKS),
  newest('fraud_alerts', 'event_time', 'true'),
  newest('fraud_alerts', 'event_time', `is_open and severity = 'review'`),
  newest('fraud_alerts', 'event_time', during, FIRST_WEEKS),
  {
    name: 'open alerts by severity',
    text: 'select severity, count(*) as alerts, min(event_time) as oldest from bi.fraud_alerts where is_open group by 1',
  },
  by('rule_days', 'sum(alerts) as alerts, sum(false_positives) as false_positives', 'rule_id', 'true'),
  by('rule_days', 'sum(alerts) as alerts', 'date', between, LAST_MONTH),
  newest('data_quality_issues', 'arrival', 'true'),
  newest('data_quality_issues', 'arrival', `check_type = 'malformed_json'`),
  by('data_quality_days', 'sum(issues) as issues', 'check_type', 'true'),
  by('data_quality_days', 'sum(issues) as issues', 'date', between, LAST_MONTH),
  by('arrivals', 'sum(received) as received, sum(quarantined) as quarantined', 'date', 'true'),
  by('consent_days', 'sum(refused_analytics) as refused, sum(applications) as applications', 'date', 'true'),
  newest('review_decisions', 'decided_at', 'true'),
  { name: 'policies', text: 'select * from bi.policies' },
  { name: 'policy_rules', text: 'select * from bi.policy_rules where in_force' },
  { name: 'policy_exceptions', text: 'select * from bi.policy_exceptions where in_force' },
  newest('job_runs', 'started', 'true'),
  { name: 'reconciliations', text: 'select * from bi.reconciliations order by at desc limit 50' },
  { name: 'freshness', text: 'select * from bi.freshness' },
  { name: 'dates', text: 'select * from bi.dates' },
];
