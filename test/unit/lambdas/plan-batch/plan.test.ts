import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GroupLimits, groups, planBatch } from '../../../../lambdas/plan-batch/plan.ts';
import { eachWarehouse } from '../../../support/each-warehouse.ts';
import { application, transaction } from '../../../support/records.ts';
import { REACH, type TestWarehouse } from '../../../support/warehouse.ts';
import { World } from '../../../support/world.ts';

const LIMITS: GroupLimits = { bytes: 100, objects: 3, parts: 4, leastBytes: 10 };
const sized = (...sizes: number[]) => sizes.map((size, index) => ({ key: `k${index}`, size }));

describe('groups', () => {
  it.each<[string, number[], Partial<GroupLimits>, string[][]]>([
    ['nothing makes no group', [], {}, []],
    ['as many parts as asked for share the work', [20, 20, 20, 20], {}, [['k0'], ['k1'], ['k2'], ['k3']]],
    [
      'but none becomes smaller than the least',
      [4, 4, 4, 4],
      {},
      [
        ['k0', 'k1'],
        ['k2', 'k3'],
      ],
    ],
    ['bytes end a group', [60, 60, 30], { parts: 1 }, [['k0'], ['k1', 'k2']]],
    ['exactly as many bytes do not', [50, 50, 1], { parts: 1 }, [['k0', 'k1'], ['k2']]],
    ['the number of objects ends a group', [1, 1, 1, 1], {}, [['k0', 'k1', 'k2'], ['k3']]],
    ['an object above all limits stands alone', [1, 999, 1], { parts: 1 }, [['k0'], ['k1'], ['k2']]],
    ['empty objects are objects', [0, 0, 0, 0], {}, [['k0', 'k1', 'k2'], ['k3']]],
  ])('%s', (_what, sizes, limits, expected) => {
    expect(groups(sized(...sizes), { ...LIMITS, ...limits })).toEqual(expected);
  });

  it('hold each object once, in order, within the limits', () => {
    const positive = (max: number) => fc.integer({ min: 1, max });
    const limits = fc.record({
      bytes: positive(300),
      objects: positive(6),
      parts: positive(6),
      leastBytes: positive(50),
    });
    fc.assert(
      fc.property(fc.array(fc.nat(120)), limits, (sizes, bounds) => {
        const objects = sized(...sizes);
        const size = new Map(objects.map((object) => [object.key, object.size]));
        const made = groups(objects, bounds);
        expect(made.flat()).toEqual(objects.map(({ key }) => key));
        for (const group of made) {
          expect(group.length).toBeGreaterThan(0);
          expect(group.length).toBeLessThanOrEqual(bounds.objects);
          const bytes = group.reduce((sum, key) => sum + size.get(key)!, 0);
          if (group.length > 1) expect(bytes).toBeLessThanOrEqual(Math.max(bounds.bytes, bounds.leastBytes));
        }
      }),
    );
  });
});

describe('planBatch', () => {
  let warehouse: TestWarehouse;
  let world: World;
  eachWarehouse((opened) => {
    warehouse = opened;
    world = new World({ shards: 1 });
  });

  const plan = (runId: string, limits?: GroupLimits) =>
    planBatch(world.bucket.objects(), warehouse.warehouse, { runId }, { reach: REACH }, limits);
  const manifest = (key: string) => JSON.parse(world.bucket.content.get(key)!.toString()) as { objects: string[] };

  it('writes a manifest a group, and the same ones when it runs again', async () => {
    world.applications(...Array.from({ length: 5 }, (_, i) => application('u1', `a${i}`)));
    world.activity(transaction('u1', 't1'));
    const { log, receipts } = world.archive(world.produced, 1);
    const limits = { bytes: 1_000_000, objects: 4, parts: 1, leastBytes: 1 };
    const first = await plan('run-1', limits);
    expect(first).toEqual({
      runId: 'run-1',
      listedFrom: null,
      logObjects: 6,
      receiptObjects: 6,
      logGroups: ['log-0', 'log-1'].map((name) => ({ runId: 'run-1', manifest: `plans/run-1/${name}.json` })),
      receiptGroups: ['receipts-0', 'receipts-1'].map((name) => ({
        runId: 'run-1',
        manifest: `plans/run-1/${name}.json`,
      })),
    });
    const inOrder = log.toSorted();
    expect(manifest('plans/run-1/log-0.json')).toEqual({ objects: inOrder.slice(0, 4) });
    expect(manifest('plans/run-1/log-1.json')).toEqual({ objects: inOrder.slice(4) });
    expect(manifest('plans/run-1/receipts-0.json').objects).toHaveLength(4);
    expect(manifest('plans/run-1/receipts-1.json').objects).toEqual(receipts.toSorted().slice(4));
    const written = world.bucket.keys('plans/').map((key) => [key, manifest(key)]);
    expect(await plan('run-1', limits)).toEqual(first);
    expect(world.bucket.keys('plans/').map((key) => [key, manifest(key)])).toEqual(written);
  });

  it('asks the ledger page by page, and leaves out what it has on any of them', async () => {
    const keys = Array.from({ length: 2_345 }, (_, i) => `log/any/${String(i).padStart(5, '0')}`);
    for (const key of keys) world.bucket.content.set(key, Buffer.alloc(1));
    const known = keys.filter((_, i) => i % 7 === 0 || i > 2_300);
    await warehouse.query(
      `insert into ops.ledger (object_key, kind, stream, shard, rows, rows_new, run_id)
       select unnest($1::text[]), 'log', 'credit_applications', 0, 1, 1, 'before'`,
      [known],
    );
    const { logGroups, logObjects, receiptObjects } = await plan('run-1');
    expect([logObjects, receiptObjects]).toEqual([keys.length - known.length, 0]);
    expect(logGroups.flatMap(({ manifest: key }) => manifest(key).objects)).toEqual(
      keys.filter((key) => !known.includes(key)),
    );
  });

  it('plans what could not be read before, and not what lies elsewhere in the bucket', async () => {
    world.applications(application('u1', 'a1'));
    const [key] = world.archive().log as [string];
    world.bucket.content.set('log-of-another-kind/x', Buffer.alloc(1));
    world.bucket.content.set(key, Buffer.from('broken'));
    expect((await warehouse.batch(world)).unreadable).toEqual([key]);
    const { logGroups } = await plan('run-2');
    expect(logGroups.map(({ manifest: name }) => manifest(name))).toEqual([{ objects: [key] }]);
  });

  it('opens the run in the lineage and closes its own row', async () => {
    world.applications(application('u1', 'a1'));
    world.archive();
    await plan('run-1');
    expect(
      await warehouse.query(
        'select job, target, status, rows_in::integer, rows_out::integer from metadata_table order by job',
      ),
    ).toEqual([
      { job: 'batch', target: 'warehouse', status: 'running', rows_in: null, rows_out: null },
      { job: 'plan-batch', target: 'plans', status: 'succeeded', rows_in: 2, rows_out: 2 },
    ]);
  });
});
