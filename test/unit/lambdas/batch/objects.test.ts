import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LOG_PREFIX, RECEIPTS_PREFIX } from '../../../../core/contract/storage.ts';
import { planBatch } from '../../../../lambdas/plan-batch/plan.ts';
import { eachWarehouse } from '../../../support/each-warehouse.ts';
import { application, transaction } from '../../../support/records.ts';
import { REACH, type TestWarehouse } from '../../../support/warehouse.ts';
import { World } from '../../../support/world.ts';

let warehouse: TestWarehouse;
let world: World;

eachWarehouse((opened) => {
  warehouse = opened;
  world = new World({ shards: 1 });
});

const staged = async (): Promise<string[]> => {
  const rows = await warehouse.query(
    `select application_id as id from staging.applications where application_id is not null
     union all select identity from staging.activity where identity is not null order by 1`,
  );
  return rows.map(({ id }) => id as string);
};
const failures = () =>
  warehouse.query('select object_key, reason, attempts, loaded_run from ops.object_failures order by 1');

describe('a log object that is not what it should be', () => {
  const damages: Readonly<Record<string, (content: Buffer) => Buffer>> = {
    'cut short': (content) => content.subarray(0, content.length - 20),
    'not compressed': (content) => gunzipSync(content),
    'one line cut short': (content) => gzipSync(gunzipSync(content).subarray(0, -5)),
    'a line that is no envelope': (content) => gzipSync(Buffer.concat([gunzipSync(content), Buffer.from('{"v":2}\n')])),
    'another shard’s records': (content) =>
      gzipSync(gunzipSync(content).toString('latin1').replaceAll('shardId-000000000000', 'shardId-000000000009'), {}),
    empty: () => Buffer.alloc(0),
  };

  it.each(Object.entries(damages))(
    '%s: is not loaded, is named, and is loaded once it is mended',
    async (_what, damage) => {
      world.applications(application('u1', 'a1'), application('u2', 'a2'));
      world.activity(transaction('u1', 't1'));
      const { log } = world.archive();
      const [key] = log as [string];
      const whole = world.bucket.content.get(key)!;
      world.bucket.content.set(key, damage(whole));

      const first = await warehouse.batch(world);
      expect(first.unreadable).toEqual([key]);
      expect(await staged()).toEqual(['t1']);
      expect(await failures()).toMatchObject([{ object_key: key, attempts: 1, loaded_run: null }]);
      expect(first.found).toMatchObject({
        missing: 2,
        examples: { missing: [expect.any(String), expect.any(String)] },
      });

      const second = await warehouse.batch(world);
      expect(second.unreadable).toEqual([key]);
      expect(await failures()).toMatchObject([{ attempts: 2 }]);

      world.bucket.content.set(key, whole);
      const third = await warehouse.batch(world);
      expect(third.unreadable).toEqual([]);
      expect(third.found).toMatchObject({ pending: 0, missing: 0, unexpected: 0, parityDifferences: 0 });
      expect(await staged()).toEqual(['a1', 'a2', 't1']);
      expect(await failures()).toMatchObject([{ object_key: key, loaded_run: 'run-3' }]);
    },
  );

  it('says no value of it where it says why', async () => {
    world.applications(application('secret-user', 'secret-id'));
    const { log, receipts } = world.archive();
    for (const key of [...log, ...receipts])
      world.bucket.content.set(key, gzipSync(gunzipSync(world.bucket.content.get(key)!).subarray(0, -9)));
    await warehouse.batch(world);
    const rows = await failures();
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toContain('secret');
  });
});

describe('receipts that are not what they should be', () => {
  it.each<[string, (text: string) => string]>([
    ['another shard', (text) => text.replaceAll('shardId-000000000000', 'shardId-000000000009')],
    ['an unknown disposition', (text) => text.replace('"disposition":"decided"', '"disposition":"perhaps"')],
    ['no digest', (text) => text.replace(/"digest":"[^"]*"/, '"digest":""')],
    ['no JSON', () => 'nothing\n'],
  ])('%s: are not loaded and are named', async (_what, change) => {
    world.applications(application('u1', 'a1'));
    const [key] = world.archive().receipts as [string];
    world.bucket.content.set(key, gzipSync(change(gunzipSync(world.bucket.content.get(key)!).toString())));
    const { unreadable, found } = await warehouse.batch(world);
    expect(unreadable).toEqual([key]);
    expect(found).toMatchObject({ pending: 1 });
  });
});

describe('an object', () => {
  it('is loaded once, however often it is planned or delivered', async () => {
    world.applications(application('u1', 'a1'), '{');
    const { log } = world.archive();
    expect(await warehouse.loadLog(world, log)).toMatchObject({ objects: 1, skipped: 0, rows: 2, rowsNew: 2 });
    expect(await warehouse.loadLog(world, log)).toMatchObject({ objects: 1, skipped: 1, rows: 0, rowsNew: 0 });
    expect(await warehouse.query('select rows, rows_new from ops.ledger')).toEqual([{ rows: 2, rows_new: 2 }]);
    expect(await warehouse.query('select count(*)::integer as n from staging.issues')).toEqual([{ n: 1 }]);
  });

  it('that overlaps with another brings what is new', async () => {
    world.applications(application('u1', 'a1'), '{', application('u1', 'a2'), '[', application('u1', 'a3'));
    const part = (from: number, to: number) => world.putObject(LOG_PREFIX, world.produced.slice(from, to));
    await warehouse.loadLog(world, [part(0, 3)]);
    expect(await warehouse.loadLog(world, [part(1, 5), part(0, 5)])).toMatchObject({ rows: 9, rowsNew: 2 });
    expect(await staged()).toEqual(['a1', 'a2', 'a3']);
    expect(await warehouse.query('select count(*)::integer as n from staging.issues')).toEqual([{ n: 2 }]);
    expect(await warehouse.query('select count(*)::integer as n from ops.position_conflicts')).toEqual([{ n: 0 }]);
  });

  it('loaded by two at once is loaded once', async () => {
    world.applications(...Array.from({ length: 50 }, (_, i) => application('u1', `a${i}`)));
    const keys = world.archive(world.produced, 10).log;
    const results = await Promise.all(
      [keys, keys.toReversed(), keys].map((order) => warehouse.alongside((own) => own.loadLog(world, order))),
    );
    expect(results.reduce((sum, { rowsNew }) => sum + rowsNew, 0)).toBe(50);
    expect(await staged()).toHaveLength(50);
  });
});

describe('the plan', () => {
  it('has what the ledger has not, and names nothing twice', async () => {
    world.applications(...Array.from({ length: 9 }, (_, i) => application('u1', `a${i}`)));
    const { log, receipts } = world.archive(world.produced, 3);
    await warehouse.loadLog(world, log.slice(0, 1));
    const objects = world.bucket.objects();
    const plan = await planBatch(
      objects,
      warehouse.warehouse,
      { runId: 'r' },
      { reach: REACH },
      { bytes: 1, objects: 2, parts: 1, leastBytes: 1 },
    );
    expect(plan).toMatchObject({ logObjects: 2, receiptObjects: 3 });
    const planned = await Promise.all(
      [...plan.logGroups, ...plan.receiptGroups].map(
        async ({ manifest }) => (await objects.getJson(manifest)) as { objects: string[] },
      ),
    );
    expect(planned.flatMap((one) => one.objects).sort()).toEqual([...log.slice(1), ...receipts].sort());
  });

  it('of an empty log is empty, and the batch of it finds nothing', async () => {
    const { plan, found } = await warehouse.batch(world);
    expect(plan).toMatchObject({ logGroups: [], receiptGroups: [] });
    expect(found).toMatchObject({ pending: 0, missing: 0, unexpected: 0, parityDifferences: 0 });
  });

  it('leaves out what is not an object of ours, and says so', async () => {
    world.applications(application('u1', 'a1'));
    world.archive();
    world.bucket.content.set(`${RECEIPTS_PREFIX}/notes.txt`, Buffer.from('hello'));
    const { unreadable } = await warehouse.batch(world);
    expect(unreadable).toEqual([`${RECEIPTS_PREFIX}/notes.txt`]);
    expect(await staged()).toEqual(['a1']);
  });
});
