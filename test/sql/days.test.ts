import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type TestServer } from '../support/postgres.ts';
import { application, transaction } from '../support/records.ts';
import { TestWarehouse } from '../support/warehouse.ts';
import { FIRST_ARRIVAL, type Produced, World } from '../support/world.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres(['fsync=off']);
});
afterAll(() => server.stop());

const pick = <T>(...values: T[]) => fc.constantFrom(...values);
const day = fc.integer({ min: 10, max: 14 });
const timestamp = fc
  .tuple(day, fc.integer({ min: 0, max: 23 }))
  .map(([d, h]) => `2026-11-${d}T${String(h).padStart(2, '0')}:30:00Z`);

const loan = fc
  .record({
    user: pick('u0', 'u1', 'u2'),
    id: pick('a0', 'a1', 'a2', 'a3'),
    revision: fc.integer({ min: 1, max: 4 }),
    credit_score: pick(300, 420, 499, 610, 705, 850),
    loan_amount: pick('0.01', '9999.99', '15000.01'),
    timestamp,
    region: pick(undefined, 'Nord', 'Süd'),
    consent: pick(undefined, { analytics: false }, { scoring: false }, { analytics: true }),
  })
  .map(({ user, id, ...more }) => ({ stream: 'applications' as const, value: application(user, id, more) }));
const payment = fc
  .record({
    user: pick('u0', 'u1', 'u3'),
    id: pick('t0', 't1', 't2', 't3'),
    location: pick(undefined, 'Bonn', 'Rom'),
    amount: pick(1, 2.5, 99.99),
    timestamp,
  })
  .map(({ user, id, ...more }) => ({ stream: 'activity' as const, value: transaction(user, id, more) }));
const rubbish = fc.constant({ stream: 'applications' as const, value: '{"broken"' });
const record = fc.oneof(
  { weight: 6, arbitrary: loan },
  { weight: 3, arbitrary: payment },
  { weight: 1, arbitrary: rubbish },
);

/** Records that arrive, and which part of log and receipts each of the loads brings; what people make of alerts then. */
const history = fc.record({
  records: fc.array(record, { minLength: 10, maxLength: 60 }),
  loads: fc.integer({ min: 2, max: 4 }),
  seed: fc.nat(),
  verdicts: fc.array(pick('open', 'in_review', 'confirmed_fraud', 'false_positive'), { minLength: 4, maxLength: 4 }),
});

const number = async (of: TestWarehouse, text: string, values: unknown[] = []) =>
  Number(Object.values((await of.query(text, values))[0]!)[0]);

async function partsMakeTheWhole(of: TestWarehouse): Promise<void> {
  const [days] = await of.query(
    `select coalesce(sum(applications), 0)::int as n, coalesce(sum(approved + rejected + under_review), 0)::int as decided,
       coalesce(sum(flagged), 0)::int as flagged, coalesce(sum(confirmed), 0)::int as confirmed,
       coalesce(sum(loan_amount), 0.00) as amount, coalesce(sum(credit_score_sum), 0)::int as score
     from bi.application_days`,
  );
  const [each] = await of.query(
    `select count(*)::int as n, count(*)::int as decided, count(*) filter (where is_fraud)::int as flagged,
       count(*) filter (where fraud_confirmed)::int as confirmed, coalesce(sum(loan_amount), 0.00) as amount,
       coalesce(sum(credit_score), 0)::int as score
     from bi.applications`,
  );
  expect(days).toEqual(each);
  expect(
    await of.query(
      `select coalesce(sum(transactions), 0)::int as n, coalesce(sum(flagged), 0)::int as flagged,
         coalesce(sum(amount), 0.00) as amount, coalesce(sum(flagged_amount), 0.00) as flagged_amount
       from bi.transaction_days`,
    ),
  ).toEqual(
    await of.query(
      `select count(*)::int as n, count(*) filter (where is_fraud)::int as flagged, coalesce(sum(amount), 0.00) as amount,
         coalesce(sum(amount) filter (where is_fraud), 0.00) as flagged_amount
       from bi.transactions`,
    ),
  );
  // With those who refuse it is everyone; and all facts are on some day.
  expect(await number(of, 'select coalesce(sum(applications - refused_analytics), 0) from bi.consent_days')).toBe(
    each!['n'],
  );
  expect(await number(of, 'select coalesce(sum(applications), 0) from bi.consent_days')).toBe(
    await number(of, 'select count(*) from dw.fact_loan_application'),
  );
  expect(await number(of, 'select coalesce(sum(alerts), 0) from bi.rule_days')).toBe(
    await number(of, 'select count(*) from bi.fraud_alerts'),
  );
  expect(await number(of, 'select coalesce(sum(issues), 0) from bi.data_quality_days')).toBe(
    await number(of, 'select count(*) from bi.data_quality_issues'),
  );
}

const FILTERS = [
  "region = 'Nord'",
  "risk_level = 'High'",
  "approval_status = 'Under Review'",
  'is_fraud',
  'score_bin < 500',
  "date < '2026-11-12'",
];

/** Each pair of filters, one after the other in either order, on days and on applications alike. */
async function filtersCommute(of: TestWarehouse): Promise<void> {
  for (const a of FILTERS)
    for (const b of FILTERS) {
      const days = (first: string, then: string) =>
        number(
          of,
          `select coalesce(sum(applications), 0) from (select * from bi.application_days where ${first}) as f where ${then}`,
        );
      const counted = await days(a, b);
      expect(await days(b, a)).toBe(counted);
      expect(await number(of, `select count(*) from bi.applications where ${a} and ${b}`)).toBe(counted);
    }
}

/** Log and receipts of all records, object by object, in an order of chance. */
function shuffledObjects(world: World, produced: readonly Produced[], seed: number) {
  const { log, receipts } = world.archive(produced, 7);
  const objects = [...log.map((key) => ({ kind: 'log', key })), ...receipts.map((key) => ({ kind: 'receipts', key }))];
  return objects
    .map((object, i) => ({ object, at: (Math.imul(i + 1, 2_654_435_761) ^ seed) >>> 0 }))
    .sort((a, b) => a.at - b.at)
    .map(({ object }) => object);
}

describe('the days', () => {
  it('are a recount of the facts after any loads: late records, amendments, consent and alerts that change', async () => {
    await fc.assert(
      fc.asyncProperty(history, async ({ records, loads, seed, verdicts }) => {
        const world = new World();
        for (const { stream, value } of records) world[stream](value);
        const objects = shuffledObjects(world, world.produced, seed);
        const of = await TestWarehouse.create(server);
        const each = Math.ceil(objects.length / loads);
        for (let i = 0; i < loads; i += 1) {
          for (const { kind, key } of objects.slice(i * each, (i + 1) * each))
            await (kind === 'log' ? of.loadLog(world, [key]) : of.loadReceipts(world, [key]));
          const verdict = (id: string) => verdicts[(id.charCodeAt(0) + i) % verdicts.length]!;
          await of.extract(world, verdict, FIRST_ARRIVAL + (i + 1) * 3_600_000);
          await of.load(world);
          await of.check();
          await partsMakeTheWhole(of);
        }
        await filtersCommute(of);
        const before = await of.hashes();
        await of.load(world);
        expect(await of.hashes()).toEqual(before);
        await of.end();
      }),
      { numRuns: 8 },
    );
  });

  it('are counted anew where they are touched, and nowhere else', async () => {
    const of = await TestWarehouse.create(server);
    const world = new World();
    world.applications(
      application('u1', 'a1', { timestamp: '2026-11-10T10:00:00Z' }),
      application('u2', 'a2', { timestamp: '2026-11-11T10:00:00Z' }),
    );
    world.activity(transaction('u1', 't1', { timestamp: '2026-11-12T10:00:00Z' }));
    world.archive();
    await of.batch(world);
    // A mark that only a recount of its day removes.
    await of.query('update dw.daily_applications set applications = 100');
    await of.query('update dw.daily_transactions set transactions = 100');
    world.applications(application('u3', 'a3', { timestamp: '2026-11-11T11:00:00Z' }));
    const { log, receipts } = world.archive(world.produced.slice(-1));
    await of.loadReceipts(world, receipts);
    await of.loadLog(world, log);
    await of.load(world);
    expect(
      await of.query('select date::text, sum(applications)::int as n from dw.daily_applications group by 1 order by 1'),
    ).toEqual([
      { date: '2026-11-10', n: 100 },
      { date: '2026-11-11', n: 2 },
    ]);
    expect(await of.query('select transactions::int as n from dw.daily_transactions')).toEqual([{ n: 100 }]);
    await expect(of.check()).rejects.toThrow(/days_of_applications_are_a_recount.*days_of_transactions_are_a_recount/);
    await of.end();
  });
});
