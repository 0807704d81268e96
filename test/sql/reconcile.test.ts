import { describe, expect, it } from 'vitest';
import { LOG_PREFIX } from '../../core/contract/storage.ts';
import type { Reconciliation } from '../../lambdas/reconcile/reconcile.ts';
import { eachWarehouse } from '../support/each-warehouse.ts';
import { application, transaction } from '../support/records.ts';
import type { TestWarehouse } from '../support/warehouse.ts';
import { FIRST_ARRIVAL, type Produced, World } from '../support/world.ts';

const HOUR = 3_600_000;
const CLEAN = { pending: 0, missing: 0, unexpected: 0, parityDifferences: 0 };

let warehouse: TestWarehouse;
let world: World;

eachWarehouse((opened) => {
  warehouse = opened;
  world = new World({ shards: 1 });
  world.applications(
    application('u1', 'a1'),
    '{',
    application('u2', 'a2'),
    application('u2', 'a2', { loan_amount: 3 }),
  );
  world.activity(transaction('u1', 't1'), transaction('u1', 't1'), transaction('u2', 't2'), 'nothing');
});

const nameOf = ({ record: { position: p } }: Produced): string => `${p.stream}/${p.shard}/${p.seq}`;
const names = (...indexes: number[]): string[] => indexes.map((index) => nameOf(world.produced[index]!)).sort();

/** Counts and the named positions of those kinds that have any. */
const seen = ({ examples, ...counts }: Reconciliation) => ({
  counts,
  named: Object.fromEntries(Object.entries(examples).filter(([, list]) => list.length > 0)),
});

/** Loads the log of some records and the receipts of some, then the warehouse. */
async function load(log: readonly number[], receipts: readonly number[]): Promise<void> {
  const pick = (indexes: readonly number[]) => indexes.map((index) => world.produced[index]!);
  await warehouse.loadReceipts(world, world.archive(pick(receipts)).receipts);
  await warehouse.loadLog(world, world.archive(pick(log)).log);
  await warehouse.extract(world);
  await warehouse.load(world);
}
const ALL = [0, 1, 2, 3, 4, 5, 6, 7];
const without = (...indexes: number[]) => ALL.filter((index) => !indexes.includes(index));

describe('reconcile', () => {
  it('finds nothing where every position is accounted for, and nothing when it runs again', async () => {
    await load(ALL, ALL);
    for (let i = 0; i < 2; i += 1) expect(seen(await warehouse.reconcile(world))).toEqual({ counts: CLEAN, named: {} });
  });

  it('names what has no receipt yet: pending, and missing when the stream can no longer reach it', async () => {
    await load(ALL, without(1, 2, 6));
    expect(seen(await warehouse.reconcile(world))).toEqual({
      counts: { ...CLEAN, pending: 3 },
      named: { pending: names(1, 2, 6) },
    });
    const late = { now: FIRST_ARRIVAL + 14 * HOUR };
    expect(seen(await warehouse.reconcile(world, late))).toEqual({
      counts: { ...CLEAN, missing: 3 },
      named: { missing: names(1, 2, 6) },
    });
    await load(ALL, ALL);
    expect(seen(await warehouse.reconcile(world, late))).toEqual({ counts: CLEAN, named: {} });
  });

  it('names what the stream had and the log has not, each time until it is there', async () => {
    await load(without(0, 7), ALL);
    for (let i = 0; i < 2; i += 1)
      expect(seen(await warehouse.reconcile(world))).toEqual({
        counts: { ...CLEAN, missing: 2 },
        named: { missing: names(0, 7) },
      });
    await load([0, 7], []);
    expect(seen(await warehouse.reconcile(world))).toEqual({ counts: CLEAN, named: {} });
  });

  it('names what neither the log nor the receipts have, from the stream alone', async () => {
    await load(without(4), without(4));
    expect(seen(await warehouse.reconcile(world))).toEqual({
      counts: { ...CLEAN, missing: 1 },
      named: { missing: names(4) },
    });
  });

  it('does not ask for what arrived after the plan, less the lag of the log', async () => {
    await load(without(7), without(7));
    // 7 milliseconds after the first record the last one arrived
    expect(seen(await warehouse.reconcile(world, { now: FIRST_ARRIVAL + 6 }))).toEqual({ counts: CLEAN, named: {} });
    const lagging = { now: FIRST_ARRIVAL + 5_006, logLagSeconds: 5 };
    expect(seen(await warehouse.reconcile(world, lagging))).toEqual({ counts: CLEAN, named: {} });
    expect(seen(await warehouse.reconcile(world)).named).toEqual({ missing: names(7) });
  });

  it('names receipts and records that the stream never had', async () => {
    const other = new World({ shards: 1 });
    other.applications(...Array.from({ length: 6 }, (_, i) => application('u9', `x${i}`)));
    // positions 5 and 6 of the stream of applications, which has four
    const strangers = other.produced.slice(4);
    await load(ALL, ALL);
    await warehouse.loadReceipts(other, other.archive(strangers).receipts);
    await warehouse.load(other);
    expect(seen(await warehouse.reconcile(world))).toEqual({
      counts: { ...CLEAN, unexpected: 2 },
      named: { unexpected: strangers.map(nameOf) },
    });
  });

  it.each([
    ['missing', 'a fact', `delete from dw.fact_loan_application where application_id = 'a1'`, [0]],
    ['missing', 'a transaction', `delete from dw.processed_transactions where transaction_id = 't2'`, [6]],
    ['missing', 'an issue', `delete from dw.data_quality_issues where check_type = 'malformed_json'`, [1, 7]],
    ['missing', 'a conflict', `delete from dw.data_quality_issues where check_type = 'conflicting_record'`, [3]],
  ] as const)('names as %s what the warehouse lost: %s', async (kind, _what, sql, indexes) => {
    await load(ALL, ALL);
    await warehouse.query(sql);
    expect(seen(await warehouse.reconcile(world))).toEqual({
      counts: { ...CLEAN, [kind]: indexes.length },
      named: { [kind]: names(...indexes) },
    });
  });

  it('names as unexpected what stands in the warehouse alone', async () => {
    await load(ALL, ALL);
    await warehouse.query(`update dw.fact_loan_application set seq = lpad('77', 56, '0') where application_id = 'a1'`);
    expect(seen(await warehouse.reconcile(world))).toEqual({
      counts: { ...CLEAN, missing: 1, unexpected: 1 },
      named: {
        missing: names(0),
        unexpected: [`credit_applications/shardId-000000000000/${'77'.padStart(56, '0')}`],
      },
    });
  });

  it.each([
    ['another band', `update staging.applications set risk_level = 'Low' where application_id = 'a1'`, [0]],
    ['another payload', `update staging.activity set payload_hash = sha256('x') where identity = 't2'`, [6]],
    [
      'a check that only one of them failed',
      `update staging.applications set payload_hash = sha256('x') where payload_hash is null`,
      [1],
    ],
  ] as const)('names where stream and batch computed %s', async (_what, sql, indexes) => {
    await load(ALL, ALL);
    await warehouse.query(sql);
    expect(seen(await warehouse.reconcile(world))).toEqual({
      counts: { ...CLEAN, parityDifferences: indexes.length },
      named: { parityDifferences: names(...indexes) },
    });
  });

  it('names positions that two objects of the log tell differently', async () => {
    await load(ALL, ALL);
    const { record, assessment } = world.produced[0]!;
    const altered = {
      record: { ...record, data: Buffer.from(JSON.stringify(application('u1', 'a1', { loan_amount: 9 }))) },
      assessment,
    };
    await warehouse.loadLog(world, [world.putObject(LOG_PREFIX, [altered])]);
    expect(seen(await warehouse.reconcile(world))).toEqual({
      counts: { ...CLEAN, unexpected: 1 },
      named: { unexpected: names(0) },
    });
  });

  it('names fifty positions of a kind and counts them all', async () => {
    world.applications(...Array.from({ length: 120 }, (_, i) => application('u3', `b${i}`)));
    await load(ALL, ALL);
    const { missing, examples } = await warehouse.reconcile(world);
    expect(missing).toBe(120);
    expect(examples.missing).toHaveLength(50);
  });
});
