import type { Client } from 'pg';

export interface FactCounts {
  /** applications, and as many transactions */
  readonly facts: number;
  /** UTC days that they lie on, the last one being today */
  readonly days: number;
}

/** Hash of a row number as a number in [0, 1): the same facts each time. */
const random = (salt: string): string => `((hashtextextended('${salt}' || i, 7) & 1048575) / 1048576.0)`;
const pick = (salt: string, values: readonly string[]): string =>
  `(array[${values.map((value) => `'${value}'`).join(', ')}])[1 + floor(${random(salt)} * ${values.length})::integer]`;
const REGIONS = Array.from({ length: 12 }, (_, n) => `Region ${n + 1}`);
const CITIES = Array.from({ length: 40 }, (_, n) => `City ${n + 1}`);

const DOCUMENT = {
  thresholds: {
    amount_ceiling: '10000000.00',
    bands: { high_below: 500, low_from: 700 },
    reject_below: 500,
    approval_floor: 600,
    instant_amount: '15000.00',
  },
  rules: ['R001', 'R002', 'R003', 'T001', 'T002', 'T003', 'T004'].map((id) => ({
    id,
    version: 1,
    on: id.startsWith('R') ? 'application' : 'transaction',
    severity: 'review',
    reason: 'a reason',
    when: { gt: ['loan_amount', '1.00'] },
  })),
  exceptions: [],
};

/**
 * Fills the star schema as loads would have, and counts days and hours with the functions that loads use. One person in
 * fifty refuses analytics, 7 % of applications and 2 % of transactions have an alert, 5 % of records an issue.
 *
 * @param client connected to a migrated, empty warehouse
 */
export async function generateFacts(client: Client, { facts, days }: FactCounts): Promise<void> {
  const first = `(date_trunc('day', now(), 'utc') - interval '${days - 1} days')`;
  const at = `${first} + ${random('time')} * (now() - ${first})`;
  const users = Math.ceil(facts / 3);
  const statements = [
    `insert into dw.dim_policy (policy_key, policy_digest, policy_id, version, effective_from, high_below, low_from, document)
     values (1, repeat('a', 64), 'default', '1.0.0', '2000-01-01Z', 500, 700, $$${JSON.stringify(DOCUMENT)}$$)`,
    `insert into dw.dim_time
     select to_char(d, 'YYYYMMDD')::integer, d::date, extract(day from d), extract(month from d), extract(quarter from d),
       extract(year from d)
     from generate_series(${first} at time zone 'utc', now() at time zone 'utc', interval '1 day') as d`,
    `insert into dw.fact_loan_application (
       application_id, user_id, revision, time_id, event_time, ingest_time, credit_score, loan_amount, risk_level,
       is_fraud, fraud_confirmed, approval_status, region, analytics_consent, policy_key, shard, seq
     )
     select
       'app-' || lpad(i::text, 9, '0'), user_id, 1, to_char(at at time zone 'utc', 'YYYYMMDD')::integer, at,
       at + interval '1 second', score, amount,
       case when ${random('consent')} < 0.01 then null when score < 500 then 'High' when score < 700 then 'Medium' else 'Low' end,
       alert < 0.07, alert < 0.007,
       case when score < 500 then 'Rejected' when score >= 600 and amount <= 15000 and alert >= 0.07 then 'Approved'
         else 'Under Review' end,
       case when ${random('region')} < 0.9 then ${pick('where', REGIONS)} end,
       user_number % 50 <> 0, 1, 0, lpad(i::text, 56, '0')
     from (
       select
         i, ${at} as at, 300 + floor(${random('score')} * 551)::smallint as score,
         round((1000 + ${random('amount')} * 19000)::numeric, 2) as amount, ${random('alert')} as alert,
         floor(${random('user')} * ${users})::integer as user_number,
         'user-' || floor(${random('user')} * ${users})::integer as user_id
       from generate_series(1, ${facts}) as i
     ) as drawn`,
    `insert into dw.analytics_refusals select distinct user_id from dw.fact_loan_application where not analytics_consent`,
    `insert into dw.processed_transactions (
       transaction_id, user_id, amount, timestamp, ingest_time, location, merchant, card_type, device_id, risk_level,
       is_fraud, policy_key, shard, seq
     )
     select
       'tx-' || lpad(i::text, 9, '0'), 'user-' || floor(${random('buyer')} * ${users})::integer,
       round((1 + ${random('price')} * 900)::numeric, 2), ${at}, ${at}, ${pick('city', CITIES)},
       'Shop ' || (i % 300), ${pick('card', ['VISA', 'MASTERCARD', 'AMEX'])}, 'dev-' || (i % 1000), null,
       ${random('suspect')} < 0.02, 1, 0, lpad(i::text, 56, '0')
     from generate_series(1, ${facts}) as i`,
    `insert into dw.fraud_alerts
     select
       encode(sha256(convert_to('a' || application_id, 'UTF8')), 'hex'), 'application', user_id, application_id, revision,
       null, 'R00' || (1 + i % 3), 1, 'review', 'a reason', '{}'::jsonb, 'default', '1.0.0', repeat('a', 64), event_time,
       ingest_time, ${pick('status', ['open', 'in_review', 'confirmed_fraud', 'false_positive', 'closed'])},
       '[{"status": "open", "by": "pipeline", "at": "2026-01-01T00:00:00Z", "note": null}]'::jsonb, ingest_time, ingest_time,
       'credit_applications', shard, seq
     from (select *, row_number() over () as i from dw.fact_loan_application where is_fraud) as flagged
     union all
     select
       encode(sha256(convert_to('t' || transaction_id, 'UTF8')), 'hex'), 'transaction', user_id, null, null,
       transaction_id, 'T00' || (1 + i % 4), 1, 'review', 'a reason', '{}'::jsonb, 'default', '1.0.0', repeat('a', 64),
       timestamp, ingest_time, ${pick('state', ['open', 'in_review', 'confirmed_fraud', 'false_positive', 'closed'])},
       '[{"status": "open", "by": "pipeline", "at": "2026-01-01T00:00:00Z", "note": null}]'::jsonb, ingest_time, ingest_time,
       'account_activity', shard, seq
     from (select *, row_number() over () as i from dw.processed_transactions where is_fraud) as flagged`,
    `insert into dw.review_decisions
     select
       encode(sha256(convert_to(application_id, 'UTF8')), 'hex'), application_id, user_id, revision,
       ${pick('decision', ['Approved', 'Rejected'])}, 'a person', 'a reason', ingest_time + interval '1 day', 0
     from (
       select *, row_number() over () as i from dw.fact_loan_application where approval_status = 'Under Review'
     ) as reviewed
     where i % 5 = 0`,
    `insert into dw.data_quality_issues
     select
       'issue-' || i, 'credit_applications/0/' || i, ${pick('check', ['invalid_credit_score', 'missing_loan_amount', 'malformed_json', 'invalid_optional_field'])},
       'credit_score', 'what was expected', 'what is wrong', null, ${at}, 'credit_applications', 0, lpad(i::text, 56, '0'),
       null, null
     from generate_series(1, ${facts} / 20) as i`,
    `insert into dw.metadata_table (job, source, target, run_id, started, finished, rows_in, rows_out, status)
     select job, 'log', 'warehouse', 'run-' || i, ${at}, ${at} + interval '1 minute', 1000, 1000, 'succeeded'
     from generate_series(1, ${days} * 24) as i
     cross join (values ('batch'), ('plan-batch'), ('load-receipts'), ('score-records'), ('load-warehouse')) as jobs (job)`,
    `insert into dw.hourly_arrivals
     select stream, h, 1000, 940, 50, 5, 5, 0, h + interval '59 minutes'
     from generate_series(${first}, now(), interval '1 hour') as h
     cross join (values ('credit_applications'), ('account_activity')) as streams (stream)`,
    `insert into dw.daily_applications
     select c.* from dw.dim_time as d cross join lateral dw.count_applications(d.date) as c`,
    `insert into dw.daily_transactions
     select c.* from dw.dim_time as d cross join lateral dw.count_transactions(d.date) as c`,
  ];
  for (const statement of statements) await client.query(statement);
  await client.query('vacuum (analyze)');
}
