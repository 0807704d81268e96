import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusedFrom } from '../../../../core/contract/reach.ts';
import { objectKey } from '../../../../core/contract/storage.ts';
import { STREAM_NAMES, type StreamName } from '../../../../core/contract/streams.ts';
import { planEvent } from '../../../../lambdas/batch/events.ts';
import { planBatch } from '../../../../lambdas/plan-batch/plan.ts';
import { eachWarehouse } from '../../../support/each-warehouse.ts';
import { MemoryBucket } from '../../../support/memory-s3.ts';
import { REACH, type TestWarehouse } from '../../../support/warehouse.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 10, 21);
/** Before this nothing has been listed that a run from START on must see. */
const LONG_AGO = START - 90 * 24 * HOUR;

let warehouse: TestWarehouse;
let bucket: MemoryBucket;
let written = 0;

eachWarehouse((opened) => {
  warehouse = opened;
  bucket = new MemoryBucket();
});

/** An object whose first record arrived then. */
function put(prefix: 'log' | 'receipts', stream: StreamName, arrival: number): string {
  written += 1;
  const seq = String(written).padStart(56, '0');
  const digest = String(written).padStart(16, '0');
  const key = objectKey({ prefix, stream, shard: 'shardId-000000000000', first: seq, last: seq, arrival, digest });
  bucket.content.set(key, Buffer.alloc(1));
  return key;
}

/** Plans a run as if it were `now`. @returns what it found */
async function plan(runId: string, now: number, full = false): Promise<string[]> {
  const { logGroups, receiptGroups } = await planBatch(
    bucket.objects(),
    warehouse.warehouse,
    { runId },
    { reach: REACH, full },
  );
  await warehouse.query(`update dw.metadata_table set started = $2 where run_id = $1 and job = 'batch'`, [
    runId,
    new Date(now),
  ]);
  return [...receiptGroups, ...logGroups].flatMap(
    ({ manifest }) => (JSON.parse(bucket.content.get(manifest)!.toString()) as { objects: string[] }).objects,
  );
}

async function load(keys: readonly string[]): Promise<void> {
  await warehouse.query(
    `insert into ops.ledger (object_key, kind, stream, shard, rows, rows_new, run_id)
     select key, split_part(key, '/', 1), split_part(key, '/', 2), 0, 1, 1, 'r' from unnest($1::text[]) as key
     on conflict do nothing`,
    [keys],
  );
  await warehouse.query(`update ops.object_failures set loaded_run = 'r' where object_key = any ($1)`, [keys]);
}

const failToRead = (keys: readonly string[]) =>
  warehouse.query(
    `insert into ops.object_failures (object_key, kind, reason, attempts, first_run, last_run)
     select key, split_part(key, '/', 1), 'broken', 1, 'r', 'r' from unnest($1::text[]) as key
     on conflict (object_key) do update set loaded_run = null`,
    [keys],
  );
const end = (runId: string, status: 'succeeded' | 'failed') =>
  warehouse.query(`update dw.metadata_table set status = $2 where run_id = $1 and job = 'batch'`, [runId, status]);

/** A run that ends well. */
async function complete(runId: string, now: number): Promise<string[]> {
  const found = await plan(runId, now);
  await load(found);
  await end(runId, 'succeeded');
  return found;
}
const lists = () => bucket.sent.filter((name) => name === 'ListObjectsV2Command').length;

describe('the plan after a run that ended well', () => {
  it('lists from that run’s plan, less the reach and a day, and each stream from there on', async () => {
    const before = STREAM_NAMES.flatMap((stream) => [
      put('log', stream, LONG_AGO),
      put('receipts', stream, LONG_AGO),
      // the hour in which the window begins: 13 h and a day before the run
      put('log', stream, START - 37 * HOUR),
    ]);
    expect((await complete('one', START)).sort()).toEqual(before.sort());
    bucket.pageSize = 2;
    bucket.sent.length = 0;
    const fresh = STREAM_NAMES.map((stream) => put('receipts', stream, START - 12 * HOUR));
    expect(await plan('two', START + HOUR)).toEqual(fresh.sort());
    const [row] = await warehouse.query(
      `select rows_in::integer as n from dw.metadata_table where run_id = 'two' and job = 'plan-batch'`,
    );
    // Of what is in the ledger only that hour's objects are looked at again.
    expect(row).toEqual({ n: 2 + fresh.length });
    expect(lists()).toBe(4);
  });

  it('goes by the last run that ended well, however many failed or are still under way since', async () => {
    await complete('one', START);
    const missed = put('log', 'account_activity', START + HOUR);
    for (const [day, outcome] of (['failed', 'failed', undefined] as const).entries()) {
      expect(await plan(`later-${day}`, START + (day + 1) * 7 * 24 * HOUR)).toEqual([missed]);
      if (outcome !== undefined) await end(`later-${day}`, outcome);
    }
    expect(await plan('weeks later', START + 40 * 24 * HOUR)).toEqual([missed]);
  });

  it('plans what could not be read again, however old, for as long as it is there and not loaded', async () => {
    const [gone, broken, mended] = [0, 1, 2].map((n) => put('log', 'credit_applications', LONG_AGO + n * HOUR));
    expect(await plan('one', START)).toEqual([gone, broken, mended]);
    await failToRead([gone!, broken!, mended!]);
    await end('one', 'succeeded');
    bucket.content.delete(gone!);
    await load([mended!]);
    const fresh = put('log', 'account_activity', START);
    expect(await plan('two', START + HOUR)).toEqual([fresh, broken]);
    expect(await plan('three', START + 2 * HOUR, true)).toEqual([fresh, broken]);
  });

  it('does not take the ledger’s word for a failure: two runs may have met the object', async () => {
    const key = put('log', 'credit_applications', LONG_AGO);
    await complete('one', START);
    await failToRead([key]);
    expect(await plan('two', START + HOUR)).toEqual([]);
  });

  it('finds an object that was put back from long ago when it is asked for everything', async () => {
    await complete('one', START);
    const restored = put('receipts', 'credit_applications', LONG_AGO);
    const foreign = 'log/elsewhere/x';
    bucket.content.set(foreign, Buffer.alloc(1));
    expect(await plan('two', START + HOUR)).toEqual([]);
    expect((await plan('three', START + HOUR, true)).sort()).toEqual([foreign, restored]);
  });
});

describe('what the plan is told', () => {
  it('is the run, and what the execution was started with', () => {
    expect(planEvent.parse({ runId: 'r' })).toEqual({ runId: 'r', input: { full: false } });
    expect(planEvent.parse({ runId: 'r', input: {} })).toEqual({ runId: 'r', input: { full: false } });
    expect(planEvent.parse({ runId: 'r', input: { full: true } })).toEqual({ runId: 'r', input: { full: true } });
    for (const input of [{ ful: true }, { full: 'yes' }, []])
      expect(() => planEvent.parse({ runId: 'r', input })).toThrow();
  });
});

/** What happens between two plans; minutes are since the one before. */
const step = fc.record({
  /** a stage may stand still for weeks */
  minutes: fc.oneof(fc.nat(180), fc.nat(60 * 24 * 30)),
  objects: fc.array(
    fc.record({
      prefix: fc.constantFrom('log' as const, 'receipts' as const),
      stream: fc.constantFrom(...STREAM_NAMES),
      /** age of the first record when the object is written, up to the last moment; clocks differ by minutes */
      age: fc.integer({ min: -5 * MINUTE, max: refusedFrom(REACH) + 5 * MINUTE }),
      /** whether it comes while the run is under way, so that its plan has not seen it */
      late: fc.boolean(),
    }),
    { maxLength: 6 },
  ),
  ends: fc.constantFrom('well' as const, 'failed' as const, 'never' as const),
  /** loaded of what was planned when it failed; one in so many cannot be read */
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  broken: fc.integer({ min: 1, max: 8 }),
});

describe('any history of runs and arrivals', () => {
  it('leaves nothing for a full listing to find that the window does not', async () => {
    let histories = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
        histories += 1;
        await warehouse.query('truncate ops.ledger, ops.object_failures, dw.metadata_table');
        bucket = new MemoryBucket();
        let now = START;
        for (const [index, { minutes, objects, ends, share, broken }] of steps.entries()) {
          now += minutes * MINUTE;
          const write = (late: boolean) => {
            for (const object of objects) if (object.late === late) put(object.prefix, object.stream, now - object.age);
          };
          write(false);
          const runId = `${histories}-${index}`;
          const found = await plan(runId, now);
          expect(found).toEqual(await plan(`${runId}-full`, now, true));
          write(true);
          const loaded = ends === 'well' ? found : found.slice(0, Math.floor(found.length * share));
          const unreadable = loaded.filter((_, n) => (n + index) % broken === broken - 1);
          await load(loaded.filter((key) => !unreadable.includes(key)));
          await failToRead(unreadable);
          if (ends !== 'never') await end(runId, ends === 'well' ? 'succeeded' : 'failed');
        }
      }),
      { numRuns: 60 },
    );
  });
});
