import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readSqlFiles } from '../../lambdas/adapters/sql-files.ts';
import { fraudRate } from '../../lambdas/check-quality/fraud-rate.ts';
import { startPostgres, type TestServer } from '../support/postgres.ts';
import { TestWarehouse } from '../support/warehouse.ts';

const NOW = Date.UTC(2026, 5, 30, 12);
const HOUR = 3_600_000;

let server: TestServer;
let warehouse: TestWarehouse;
beforeAll(async () => {
  server = await startPostgres(['fsync=off']);
  warehouse = await TestWarehouse.create(server);
});
afterAll(async () => {
  await warehouse.warehouse.end();
  await server.stop();
});
beforeEach(() => warehouse.query('truncate dw.fact_loan_application'));

/** Applications that arrived so many hours ago, of which the first few raised an alert. */
async function arrived(hoursAgo: number, applications: number, flagged: number): Promise<void> {
  await warehouse.query(
    `insert into dw.fact_loan_application (application_id, user_id, revision, time_id, event_time, ingest_time,
       credit_score, loan_amount, is_fraud, fraud_confirmed, approval_status, analytics_consent, policy_key, shard, seq)
     select $1 || '-' || i, 'u', 0, 0, $2, $2, 600, 1.00, i <= $4::integer, false, 'Approved', true, 0, 0, lpad(i::text, 56, '0')
     from generate_series(1, $3::integer) as i`,
    [String(hoursAgo), new Date(NOW - hoursAgo * HOUR), applications, flagged],
  );
}
const measured = async (): Promise<number | null> => {
  const measure = readSqlFiles('measures').find(({ name }) => name === 'fraud_rate');
  return fraudRate(await warehouse.warehouse.client(), measure!, NOW);
};

describe('the rate of fraud against its trailing baseline', () => {
  it('is the last day’s share in percent of that of the 28 days before', async () => {
    await arrived(2, 200, 12); // 6 %
    await arrived(30, 600, 10);
    await arrived(24 * 20, 400, 20); // together 3 %
    expect(await measured()).toBe(200);
  });

  it('does not look at what is older or in the future, and takes the edges once', async () => {
    await arrived(0, 100, 5);
    await arrived(24, 100, 5);
    await arrived(24 * 29 - 1, 100, 15);
    await arrived(24 * 29, 1000, 1000);
    await arrived(-1, 1000, 1000);
    expect(await measured()).toBe(50);
  });

  it.each<[string, [number, number, number], [number, number, number]]>([
    ['too few today', [2, 99, 50], [30, 500, 5]],
    ['too few before', [2, 500, 50], [30, 99, 5]],
    ['no fraud before', [2, 500, 50], [30, 500, 0]],
  ])('says nothing with %s', async (_what, today, before) => {
    await arrived(...today);
    await arrived(...before);
    expect(await measured()).toBeNull();
  });
});
