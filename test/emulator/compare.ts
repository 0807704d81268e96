import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Client } from 'pg';
import type { Entry } from '../../cli/produce/source.ts';

const EXAMPLES = 5;

/** Two queries of the same columns that must return the same rows, each as often. */
interface Comparison {
  readonly title: string;
  readonly expected: string;
  readonly actual: string;
}

/** What the stage has stored, against what recount.sql makes of the records that were sent. */
export const COMPARISONS: readonly Comparison[] = [
  {
    title: 'records by stream and disposition',
    expected: 'select stream, disposition, records from expected_dispositions',
    actual: `
      select r #>> '{position,stream}', r ->> 'disposition', count(*)::integer
      from observed_receipts group by 1, 2`,
  },
  {
    title: 'decisions in the receipts',
    expected: `
      select application_id, user_id, revision, risk_level, outcome, alerted, amendment from expected_decisions`,
    actual: `
      select
        r #>> '{inputs,application_id}', r #>> '{inputs,user_id}', (r #>> '{inputs,revision}')::bigint,
        r ->> 'risk_level', r ->> 'outcome', r @> '{"rules": [{"id": "R001", "result": "fired"}]}',
        (r ->> 'amendment')::boolean
      from observed_receipts
      where r ->> 'disposition' = 'decided' and r #>> '{position,stream}' = 'credit_applications'`,
  },
  {
    title: 'alerts in the alert store',
    expected: 'select application_id, user_id, revision, rule_id, severity, reason from expected_alerts',
    actual: `
      select
        a #>> '{subject,application_id}', a #>> '{subject,user_id}', (a #>> '{subject,revision}')::bigint,
        a ->> 'rule_id', a ->> 'severity', a ->> 'reason'
      from observed_alerts`,
  },
  {
    title: 'alerts in the warehouse',
    expected: 'select application_id, user_id, revision, rule_id, severity, reason from expected_alerts',
    actual: 'select application_id, user_id, revision, rule_id, severity, reason from dw.fraud_alerts',
  },
  {
    title: 'facts in the warehouse',
    expected: `
      select
        application_id, user_id, revision, event_time, credit_score, loan_amount, risk_level, is_fraud, approval_status
      from expected_facts`,
    actual: `
      select
        application_id, user_id, revision, event_time, credit_score, loan_amount, risk_level, is_fraud, approval_status
      from dw.fact_loan_application`,
  },
  {
    title: 'credit scores in the warehouse',
    expected: 'select application_id, user_id, credit_score, loan_amount, risk_level, timestamp from expected_scores',
    actual: 'select application_id, user_id, credit_score, loan_amount, risk_level, timestamp from dw.credit_scores',
  },
  {
    title: 'transactions in the warehouse',
    expected: 'select transaction_id, user_id, amount, timestamp, merchant, is_fraud from expected_transactions',
    actual: 'select transaction_id, user_id, amount, timestamp, merchant, is_fraud from dw.processed_transactions',
  },
  {
    title: 'quarantined and conflicting records with their issues',
    expected: `
      select stream, sum(records)::integer from expected_dispositions
      where disposition in ('quarantined', 'conflict') group by stream`,
    actual: `
      select stream, count(distinct record_id)::integer from dw.data_quality_issues
      group by stream`,
  },
];

/** Puts the records that were sent beside the warehouse, and counts them anew. Tables go with the connection. */
export async function recount(client: Client, entries: readonly Entry[]): Promise<void> {
  await client.query('create temporary table raw (line integer not null, stream text not null, data text not null)');
  await client.query('insert into raw select * from unnest($1::integer[], $2::text[], $3::text[])', [
    entries.map(({ line }) => line),
    entries.map(({ stream }) => stream),
    entries.map(({ data }) => data.toString('utf8')),
  ]);
  await client.query(readFileSync(path.join(import.meta.dirname, 'recount.sql'), 'utf8'));
}

/** Puts there what the stage wrote. */
export async function observe(client: Client, receipts: readonly unknown[], alerts: readonly unknown[]): Promise<void> {
  for (const [table, column, values] of [
    ['observed_receipts', 'r', receipts],
    ['observed_alerts', 'a', alerts],
  ] as const) {
    await client.query(`drop table if exists ${table}`);
    await client.query(`create temporary table ${table} (${column} jsonb not null)`);
    await client.query(`insert into ${table} select value from jsonb_array_elements($1::jsonb)`, [
      JSON.stringify(values),
    ]);
  }
}

/**
 * @returns how many rows were compared
 * @throws Error with some rows that only one side has; or when there is nothing to compare
 */
export async function same(client: Client, { expected, actual }: Comparison): Promise<number> {
  const { rows } = await client.query<{ side: string; differs: object; rows: number }>(`
    with expected as (${expected}), actual as (select * from expected where false union all (${actual})),
    lacking as (select * from expected except all select * from actual),
    surplus as (select * from actual except all select * from expected)
    select 'only counted' as side, to_jsonb(l) as differs, count(*) over ()::integer as rows from lacking as l
    union all
    select 'only stored', to_jsonb(s), count(*) over ()::integer from surplus as s`);
  if (rows.length > 0) {
    const shown = rows.slice(0, EXAMPLES).map(({ side, differs }) => `${side}: ${JSON.stringify(differs)}`);
    throw new Error([`${rows.length} rows differ`, ...shown].join('\n'));
  }
  const { rows: total } = await client.query<{ n: number }>(`select count(*)::integer as n from (${expected}) as e`);
  const n = total[0]?.n ?? 0;
  if (n === 0) throw new Error('there is nothing to compare');
  return n;
}
