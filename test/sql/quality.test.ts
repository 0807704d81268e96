import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QualityError } from '../../lambdas/check-quality/quality.ts';
import { startPostgres, type TestServer } from '../support/postgres.ts';
import { application, transaction } from '../support/records.ts';
import { TestWarehouse } from '../support/warehouse.ts';
import { World } from '../support/world.ts';

/** What breaks each test of sql/tests/, and others that then cannot but fail too. */
const VIOLATIONS: Readonly<Record<string, { readonly sql: string; readonly also?: readonly string[] }>> = {
  amounts_are_positive: {
    sql: `update dw.processed_transactions set amount = 0 where transaction_id = 't1'`,
    also: ['days_of_transactions_are_a_recount'],
  },
  application_alerts_flag_facts: {
    sql: `update dw.fact_loan_application set is_fraud = not is_fraud where application_id = 'a2'`,
    also: ['days_of_applications_are_a_recount'],
  },
  bands_are_right: {
    sql: `update dw.processed_transactions set risk_level = 'High' where transaction_id = 't2'`,
    also: ['days_of_transactions_are_a_recount'],
  },
  credit_scores_follow_facts: { sql: `update dw.credit_scores set loan_amount = 1 where application_id = 'a1'` },
  days_have_no_gaps: { sql: `update dw.dim_time set month = 3 where date = '2026-11-20'` },
  days_of_applications_are_a_recount: { sql: `update dw.daily_applications set loan_amount = loan_amount + 0.01` },
  days_of_transactions_are_a_recount: { sql: `delete from dw.daily_transactions` },
  decided_records_are_loaded: {
    sql: `delete from dw.account_events`,
  },
  dispositions_are_known: {
    sql: `update staging.application_receipts set outcome = null where disposition = 'decided'`,
  },
  events_are_related: { sql: `update dw.account_events set timestamp = timestamp + interval '400 days'` },
  fact_is_highest_revision: {
    sql: `update dw.superseded_revisions set revision = 99`,
  },
  fact_is_its_revision: {
    sql: `update dw.superseded_revisions set revision = 2`,
  },
  facts_are_related: {
    sql: `update dw.fact_loan_application set approval_status = 'Perhaps' where application_id = 'a1'`,
    also: ['days_of_applications_are_a_recount'],
  },
  facts_lie_on_their_day: {
    sql: `update dw.fact_loan_application set time_id = (select min(time_id) from dw.dim_time) where application_id = 'a1'`,
    also: ['days_of_applications_are_a_recount'],
  },
  hours_of_arrivals_are_a_recount: { sql: `update dw.hourly_arrivals set decided = decided + 1` },
  issues_are_known_checks: {
    sql: `update dw.data_quality_issues set check_type = 'bad_luck' where check_type = 'malformed_json'`,
  },
  issues_fit_dispositions: {
    sql: `update dw.data_quality_issues set check_type = 'conflicting_record' where check_type = 'malformed_json'`,
  },
  ledger_matches_staging: { sql: `update ops.ledger set rows_new = rows_new + 1` },
  refusals_are_the_newest_word: {
    sql: `insert into dw.analytics_refusals (user_id) values ('nobody')`,
  },
  reused_ids_are_named: { sql: `delete from dw.data_quality_issues where check_type = 'reused_application_id'` },
  transaction_alerts_flag_transactions: {
    sql: `update dw.processed_transactions set is_fraud = not is_fraud where transaction_id = 't1'`,
    also: ['days_of_transactions_are_a_recount'],
  },
  transactions_are_related: {
    sql: `update dw.processed_transactions set policy_key = 0 where transaction_id = 't1'`,
  },
  user_versions_do_not_overlap: {
    sql: `update dw.dim_user_history set valid_to = valid_to + interval '1 hour' where valid_to is not null`,
  },
  users_are_current: { sql: `update dw.dim_user set region = 'Nowhere' where user_id = 'u1'` },
};

let server: TestServer;
let warehouse: TestWarehouse;

beforeAll(async () => {
  server = await startPostgres(['fsync=off']);
  warehouse = await TestWarehouse.create(server);
  const world = new World();
  world.applications(
    application('u1', 'a1', { region: 'Berlin', timestamp: '2026-11-18T10:00:00Z' }),
    application('u1', 'a1', { revision: 2, region: 'Bremen' }),
    application('u2', 'a1'),
    application('u2', 'a2', { credit_score: 400, loan_amount: 20_000 }),
    '{',
  );
  world.activity(transaction('u1', 't1'), transaction('u1', 't2', { credit_score: 700 }), {
    type: 'payment_made',
    user_id: 'u1',
    timestamp: '2026-11-19T10:00:00Z',
  });
  world.archive();
  await warehouse.batch(world);
});
afterAll(async () => {
  await warehouse.end();
  await server.stop();
});

describe('check-quality', () => {
  it('has a violation here for each of its tests', () => {
    const folder = path.join(import.meta.dirname, '..', '..', 'sql', 'tests');
    expect(Object.keys(VIOLATIONS).sort()).toEqual(
      readdirSync(folder)
        .map((name) => name.replace('.sql', ''))
        .sort(),
    );
  });

  it('passes a warehouse that is right', async () => {
    expect(await warehouse.check()).toBe(Object.keys(VIOLATIONS).length);
  });

  it.each(Object.entries(VIOLATIONS))('%s finds what breaks it', async (name, { sql, also = [] }) => {
    await warehouse.query('begin');
    try {
      await warehouse.query(sql);
      const failure = await warehouse.check().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(QualityError);
      const failed = [...(failure as QualityError).failures.keys()];
      expect(failed).toContain(name);
      expect(failed.filter((other) => other !== name).sort()).toEqual([...also].sort());
    } finally {
      await warehouse.query('rollback');
    }
  });
});
