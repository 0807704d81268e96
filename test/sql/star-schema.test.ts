import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eachWarehouse } from '../support/each-warehouse.ts';
import type { TestServer } from '../support/postgres.ts';
import { application, transaction } from '../support/records.ts';
import { TestWarehouse } from '../support/warehouse.ts';
import { World } from '../support/world.ts';

let server: TestServer;
let warehouse: TestWarehouse;

eachWarehouse((opened, on) => {
  warehouse = opened;
  server = on;
});

/** The whole batch over what the world holds. */
async function batch(world: World) {
  world.archive();
  const { found } = await warehouse.batch(world);
  expect(found).toMatchObject({ pending: 0, missing: 0, unexpected: 0, parityDifferences: 0 });
}

const facts = () =>
  warehouse.query(
    'select application_id, user_id, revision::integer, risk_level from dw.fact_loan_application order by 1, 2',
  );

describe('the indexes of the facts', () => {
  const indexes = () =>
    warehouse.query(
      `select indexdef from pg_indexes
       where schemaname = 'dw' and tablename in ('fact_loan_application', 'processed_transactions') order by 1`,
    );

  it('are those of the migrations after the first load, which builds them over its rows, and after the next', async () => {
    const migrated = await indexes();
    expect(migrated).toHaveLength(6);
    const world = new World();
    world.applications(application('u1', 'a1'));
    await batch(world);
    expect(await indexes()).toEqual(migrated);
    world.activity(transaction('u1', 't1'));
    await batch(world);
    expect(await indexes()).toEqual(migrated);
  });
});

describe('the fact of an application', () => {
  it('is its highest revision, compared as a number; the others are kept', async () => {
    const world = new World();
    for (const revision of [9, 10, 2])
      world.applications(application('u1', 'a1', { revision, credit_score: 500 + revision }));
    await batch(world);
    expect(await facts()).toEqual([{ application_id: 'a1', user_id: 'u1', revision: 10, risk_level: 'Medium' }]);
    expect(await warehouse.query('select revision::integer from dw.superseded_revisions order by 1')).toEqual([
      { revision: 2 },
      { revision: 9 },
    ]);
    expect(await warehouse.query('select credit_score from dw.credit_scores')).toEqual([{ credit_score: 510 }]);
  });

  it('is not replaced by a lower revision that comes in a later batch, and is by a higher one', async () => {
    const world = new World();
    world.applications(application('u1', 'a1', { revision: 10 }));
    await batch(world);
    world.applications(application('u1', 'a1', { revision: 9, credit_score: 300 }));
    await batch(world);
    expect(await facts()).toMatchObject([{ revision: 10, risk_level: 'Medium' }]);
    world.applications(application('u1', 'a1', { revision: 11, credit_score: 800 }));
    await batch(world);
    expect(await facts()).toMatchObject([{ revision: 11, risk_level: 'Low' }]);
    expect(await warehouse.query('select count(*)::integer as n from dw.superseded_revisions')).toEqual([{ n: 2 }]);
  });

  it('has a row of credit_scores only while the applicant consents to scoring', async () => {
    const world = new World();
    const refused = { consent: { scoring: false, analytics: true } };
    world.applications(application('u1', 'a1'), application('u2', 'a2', refused));
    await batch(world);
    expect(await warehouse.query('select application_id from dw.credit_scores')).toEqual([{ application_id: 'a1' }]);
    world.applications(application('u1', 'a1', { revision: 2, ...refused }), application('u2', 'a2', { revision: 2 }));
    await batch(world);
    expect(await warehouse.query('select application_id from dw.credit_scores')).toEqual([{ application_id: 'a2' }]);
    expect(await facts()).toMatchObject([{ risk_level: null }, { risk_level: 'Medium' }]);
  });

  it('is alerted whether the alert is extracted before it is loaded or after', async () => {
    const world = new World();
    const risky = { credit_score: 400, loan_amount: 20_000 };
    world.applications(application('u1', 'a1', risky), application('u2', 'a2', risky), application('u3', 'a3'));
    const { log, receipts } = world.archive();
    await warehouse.loadReceipts(world, receipts);
    await warehouse.loadLog(world, log);
    await warehouse.load(world);
    const flags = () =>
      warehouse.query('select application_id, is_fraud, fraud_confirmed from dw.fact_loan_application order by 1');
    expect((await flags()).map(({ is_fraud }) => is_fraud)).toEqual([false, false, false]);
    await warehouse.extract(world);
    await warehouse.load(world);
    expect((await flags()).map(({ is_fraud }) => is_fraud)).toEqual([true, true, false]);
    // A person confirms one later on.
    const [first] = world.alerts;
    await warehouse.extract(
      world,
      (id) => (id === first!.alert_id ? 'confirmed_fraud' : 'false_positive'),
      Date.UTC(2026, 10, 22),
    );
    await warehouse.load(world);
    expect((await flags()).map(({ is_fraud, fraud_confirmed }) => [is_fraud, fraud_confirmed])).toEqual([
      [true, true],
      [true, false],
      [false, false],
    ]);
    await warehouse.check();
  });
});

describe('what is wrong with a record', () => {
  it('is an issue beside its bytes, for each failed check', async () => {
    const world = new World();
    world.applications('{"user_id":', application('u1', 'a1', { credit_score: 900, loan_amount: null }));
    world.applications(application('u2', 'a2', { age: 300 }));
    await batch(world);
    const issues = await warehouse.query(
      'select check_type, field, raw_record from dw.data_quality_issues order by seq, check_type',
    );
    expect(issues.map(({ check_type, field }) => [check_type, field])).toEqual([
      ['malformed_json', null],
      ['invalid_credit_score', 'credit_score'],
      ['missing_loan_amount', 'loan_amount'],
      ['invalid_optional_field', 'age'],
    ]);
    expect(issues[0]!['raw_record']).toBe('{"user_id":');
  });

  it('is told whole of the later of two that conflict, whichever of log and receipt is loaded first', async () => {
    for (const receiptsFirst of [true, false]) {
      const own = await TestWarehouse.create(server);
      const world = new World();
      world.applications(application('u1', 'a1'), application('u1', 'a1', { credit_score: 641 }));
      world.activity(transaction('u1', 't1'), transaction('u1', 't1', { amount: 26 }), transaction('u1', 't1'));
      const { log, receipts } = world.archive();
      if (receiptsFirst) await own.loadReceipts(world, receipts);
      await own.loadLog(world, log);
      if (!receiptsFirst) await own.loadReceipts(world, receipts);
      await own.load(world);
      const rows = await own.query(
        "select stream, raw_record::jsonb as record from dw.data_quality_issues where check_type = 'conflicting_record' order by 1",
      );
      expect(rows).toMatchObject([
        { stream: 'account_activity', record: { amount: 26 } },
        { stream: 'credit_applications', record: { credit_score: 641 } },
      ]);
      expect(await own.query('select credit_score from dw.fact_loan_application')).toEqual([{ credit_score: 640 }]);
      expect(await own.query('select amount from dw.processed_transactions')).toEqual([{ amount: '25.50' }]);
      await own.end();
    }
  });

  it('names the users of an application_id beyond the least one, also when the least comes last', async () => {
    const world = new World();
    world.applications(application('u2', 'a1'), application('u3', 'a1'));
    await batch(world);
    const named = () =>
      warehouse.query(
        `select r.user_id from dw.data_quality_issues as d join dw.fact_loan_application as r using (shard, seq)
         where d.check_type = 'reused_application_id' order by 1`,
      );
    expect(await named()).toEqual([{ user_id: 'u3' }]);
    world.applications(application('u1', 'a1'));
    await batch(world);
    expect(await named()).toEqual([{ user_id: 'u2' }, { user_id: 'u3' }]);
  });
});

describe('the dimensions', () => {
  it('follow what users state, late statements too', async () => {
    const world = new World();
    const stated = (id: string, day: number, region?: string) =>
      application('u1', id, { timestamp: `2026-11-${day}T00:00:00Z`, ...(region ? { region } : {}) });
    world.applications(stated('a1', 10, 'Berlin'), stated('a2', 14, 'Hamburg'), stated('a3', 15));
    await batch(world);
    world.applications(stated('a4', 12, 'Bremen'));
    await batch(world);
    const versions = await warehouse.query(
      `select region, valid_from::date::text as from, valid_to::date::text as to
       from dw.dim_user_history order by valid_from`,
    );
    expect(versions).toEqual([
      { region: 'Berlin', from: '2026-11-10', to: '2026-11-12' },
      { region: 'Bremen', from: '2026-11-12', to: '2026-11-14' },
      { region: 'Hamburg', from: '2026-11-14', to: null },
    ]);
    expect(await warehouse.query('select region from dw.dim_user')).toEqual([{ region: 'Hamburg' }]);
    expect(await warehouse.query('select count(*)::integer as days from dw.dim_time')).toEqual([{ days: 6 }]);
  });
});

/** A little of everything that can meet: revisions, duplicates, conflicts, shared ids, alerts, regions, refusals. */
function busyWorld(): World {
  const world = new World();
  for (let i = 0; i < 60; i += 1) {
    const user = `u${i % 3}`;
    const more = {
      revision: 1 + (i % 4),
      credit_score: 420 + ((i * 37) % 400),
      loan_amount: 9_000 + i * 300,
      timestamp: `2026-11-${10 + (i % 9)}T0${i % 10}:00:00Z`,
      ...(i % 3 === 0 ? { region: `region ${i % 5}` } : {}),
      ...(i % 4 === 0 ? { name: `Name ${i % 5}`, age: 20 + i, gender: 'f' } : {}),
      ...(i % 11 === 0 ? { consent: { scoring: false } } : {}),
      // the second user's last word; the others' is another
      ...(i % 13 === 7 ? { consent: { analytics: false } } : {}),
    };
    world.applications(application(user, `a${i % 9}`, more));
    if (i % 10 === 0) world.applications(application(user, `a${i % 9}`, { ...more, loan_amount: 1 }), '{"broken"');
    world.activity(
      transaction(user, `t${i % 25}`, { amount: 10 + (i % 25), device_id: `d${i % 3}` }),
      i % 5 === 0
        ? { user_id: user, type: 'payment_made', timestamp: '2026-11-12', amount: 5 }
        : { user_id: user, type: 'payment_missed', timestamp: 1_794_000_000 - i, event_id: `e${i % 6}` },
    );
  }
  return world;
}

describe('the warehouse', () => {
  it('does not depend on how the log is cut, in which order its parts are loaded, and in how many batches', async () => {
    const world = busyWorld();
    world.archive();
    await warehouse.batch(world);
    const wanted = await warehouse.hashes();
    // Nothing is proved by tables that nothing ever reached.
    // (What people decide is not in the log.)
    const empty = Object.keys(wanted).filter((table) => wanted[table]!.startsWith('0 '));
    expect(empty).toEqual(['dw.review_decisions']);
    const sizes = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer(), fc.integer({ min: 1, max: 4 }), async (size, seed, parts) => {
        const own = await TestWarehouse.create(server);
        const { log, receipts } = world.archive(world.produced, size);
        const queue = shuffled([...log.map((key) => ['log', key]), ...receipts.map((key) => ['receipts', key])], seed);
        const each = Math.ceil(queue.length / parts);
        for (let from = 0; from < queue.length; from += each) {
          for (const [kind, key] of queue.slice(from, from + each))
            await (kind === 'log' ? own.loadLog(world, [key!]) : own.loadReceipts(world, [key!]));
          if (from % 2 === 0) await own.extract(world);
          await own.load(world);
        }
        await own.extract(world);
        await own.load(world);
        await own.check();
        expect(await own.hashes()).toEqual(wanted);
        await own.end();
      }),
      { numRuns: 8 },
    );
  });

  it('is the same after everything ran again', async () => {
    const world = busyWorld();
    await batch(world);
    const before = await warehouse.hashes();
    const { log, receipts } = world.archive(world.produced, 7);
    await warehouse.loadLog(world, log);
    await warehouse.loadReceipts(world, receipts);
    await batch(world);
    expect(await warehouse.hashes()).toEqual(before);
  });
});

function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed >>> 0;
  const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  return items
    .map((item) => ({ item, at: next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
