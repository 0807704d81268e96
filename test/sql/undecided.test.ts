import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { positionId } from '../../core/contract/position.ts';
import { UNDECIDED_PREFIX } from '../../core/contract/storage.ts';
import { ACTIVITY, APPLICATIONS } from '../../core/contract/streams.ts';
import { isUndecided } from '../../core/receipts/receipt.ts';
import { parseReceiptLines } from '../../core/receipts/receipt-line.ts';
import { undecidedLists } from '../../lambdas/adapters/undecided-lists.ts';
import { PipelineError } from '../../lambdas/runtime/errors.ts';
import { eachWarehouse } from '../support/each-warehouse.ts';
import { application, transaction } from '../support/records.ts';
import type { TestWarehouse } from '../support/warehouse.ts';
import { FIRST_ARRIVAL, type Produced, World } from '../support/world.ts';

const HOUR = 3_600_000;
const CLEAN = { pending: 0, missing: 0, unexpected: 0, parityDifferences: 0 };
/** The last record of a test arrives a few milliseconds after the first. */
const OUT_OF_REACH = FIRST_ARRIVAL + 13 * HOUR + 100;

let warehouse: TestWarehouse;
let world: World;
let lost: Produced[];

eachWarehouse((opened) => {
  warehouse = opened;
  world = new World({ shards: 2 });
  world.applications(application('u1', 'a1'), '{', application('u2', 'a2'));
  world.activity(transaction('u1', 't1'), transaction('u2', 't2'));
  // The stream comes back in between: what it decides then has not seen what it gave up.
  lost = world.giveUp(APPLICATIONS, application('u1', 'a3'), application('u1', 'a1'), '[', application('u2', 'a4'));
  world.applications(application('u1', 'a3'), application('u2', 'a2'));
  lost.push(...world.giveUp(ACTIVITY, transaction('u1', 't3')));
  world.activity(transaction('u1', 't3'));
  world.archive(world.produced.filter((produced) => !lost.includes(produced)));
  for (const key of world.archive(lost).receipts) world.bucket.content.delete(key);
});

/** The receipts in the bucket, by position; one that is told differently fails. */
function receipts(): Map<string, string> {
  const found = new Map<string, string>();
  for (const key of world.bucket.keys('receipts/'))
    for (const { position, receipt } of parseReceiptLines(gunzipSync(world.bucket.content.get(key)!))) {
      expect(found.get(positionId(position)) ?? receipt).toBe(receipt);
      found.set(positionId(position), receipt);
    }
  return found;
}
const wanted = () => new Map(world.produced.map((p) => [positionId(p.record.position), p.assessment.receipt]));
const sorted = (map: Map<string, string>) => [...map].sort();
const staged = async (): Promise<Record<string, number>> =>
  Object.fromEntries(
    (
      await warehouse.query<{ disposition: string; n: number }>(
        `select disposition, count(*)::integer as n from (
           select disposition from staging.application_receipts union all select disposition from staging.activity_receipts
         ) as r group by 1 order by 1`,
      )
    ).map(({ disposition, n }) => [disposition, n]),
  );
const DECIDED = { decided: 6, duplicate: 1, quarantined: 1 };

describe('a position that the stream can no longer reach', () => {
  it('is pending until the maximum age and an hour, then gets the receipt that a replay gives it', async () => {
    const soon = await warehouse.batch(world, FIRST_ARRIVAL + 13 * HOUR - 1);
    expect(soon.found).toMatchObject({ ...CLEAN, pending: lost.length });
    expect(await staged()).toEqual(DECIDED);

    const { found } = await warehouse.batch(world, OUT_OF_REACH);
    expect(found).toMatchObject(CLEAN);
    expect(await staged()).toEqual({ ...DECIDED, undecided: lost.length });
    expect(sorted(receipts())).toEqual(sorted(wanted()));
    expect([...receipts().values()].filter(isUndecided)).toHaveLength(lost.length);
  });

  it('leaves no trace in the star schema', async () => {
    await warehouse.batch(world, FIRST_ARRIVAL + HOUR);
    // The count of arrivals is accounting, where it belongs.
    const star = async () => {
      const { 'dw.hourly_arrivals': arrivals, ...rest } = await warehouse.hashes();
      return { arrivals, rest };
    };
    const before = await star();
    await warehouse.batch(world, OUT_OF_REACH);
    const after = await star();
    expect(after.rest).toEqual(before.rest);
    expect(after.arrivals).not.toEqual(before.arrivals);
  });

  it('is marked in the first batch that loads it, however late that is', async () => {
    expect((await warehouse.batch(world, OUT_OF_REACH)).found).toMatchObject(CLEAN);
    expect(await staged()).toEqual({ ...DECIDED, undecided: lost.length });
  });

  it('is named in a list with the object of the log that holds its record', async () => {
    await warehouse.batch(world, OUT_OF_REACH);
    const named = [];
    for await (const { stream, shard, seqs, log, receipts: marks } of undecidedLists(world.bucket.objects())) {
      const content = gunzipSync(world.bucket.content.get(log)!).toString();
      for (const seq of seqs) {
        expect(content).toContain(`"seq":"${seq}"`);
        named.push(positionId({ stream, shard, seq }));
      }
      expect(world.bucket.content.has(marks)).toBe(true);
    }
    expect(named.sort()).toEqual(lost.map(({ record }) => positionId(record.position)).sort());
  });

  it('is reported, should the warehouse have it all the same', async () => {
    await warehouse.batch(world, OUT_OF_REACH);
    const { position } = lost[0]!.record;
    const shard = Number(position.shard.slice(-12));
    await warehouse.query(
      `update dw.fact_loan_application set shard = $1, seq = $2 where application_id = 'a3' and user_id = 'u1'`,
      [shard, position.seq],
    );
    const found = await warehouse.reconcile(world, { now: OUT_OF_REACH });
    expect(found).toMatchObject({ unexpected: 1, examples: { unexpected: [positionId(position)] } });
  });
});

describe('marks', () => {
  const prepared = async (runId: string): Promise<void> => {
    const plan = await warehouse.plan(world, OUT_OF_REACH, runId);
    const of = async (groups: typeof plan.logGroups) =>
      (
        (await Promise.all(groups.map(({ manifest }) => world.bucket.objects().getJson(manifest)))) as {
          objects: string[];
        }[]
      ).flatMap(({ objects }) => objects);
    await warehouse.loadReceipts(world, await of(plan.receiptGroups), runId);
    await warehouse.loadLog(world, await of(plan.logGroups), runId);
  };

  it('made again are the same objects, and nothing more is loaded', async () => {
    await prepared('one');
    const counted: number[] = [];
    expect(await warehouse.markUndecided(world, 'one', (n) => counted.push(n))).toMatchObject({ marked: lost.length });
    expect(counted.reduce((sum, n) => sum + n, 0)).toBe(lost.length);
    const content = new Map(world.bucket.content);
    expect(await warehouse.markUndecided(world, 'one')).toMatchObject({ marked: 0 });
    await prepared('two');
    expect(await warehouse.markUndecided(world, 'two')).toMatchObject({ marked: 0 });
    expect(
      world.bucket.keys('receipts/').every((key) => content.get(key)?.equals(world.bucket.content.get(key)!)),
    ).toBe(true);
  });

  it('of batches that overlap agree, whatever each of them saw', async () => {
    await prepared('one');
    await warehouse.plan(world, lost[2]!.record.arrival + 13 * HOUR, 'earlier');
    await warehouse.alongside(async (other) => {
      await Promise.all([warehouse.markUndecided(world, 'earlier'), other.markUndecided(world, 'one')]);
    });
    expect(await staged()).toEqual({ ...DECIDED, undecided: lost.length });
    expect(sorted(receipts())).toEqual(sorted(wanted()));
    expect((await warehouse.batch(world, OUT_OF_REACH)).found).toMatchObject(CLEAN);
  });

  it.each([
    ['before', 'undecided/'],
    ['after', 'undecided/'],
    ['after', 'receipts/'],
  ] as const)('survive a crash %s the write of %s', async (when, prefix) => {
    await prepared('one');
    const objects = world.bucket.objects();
    const put = world.bucket.content.set.bind(world.bucket.content);
    world.bucket.content.set = (key, value) => {
      if (when === 'after') put(key, value);
      if (key.startsWith(prefix)) throw new Error('crash');
      return put(key, value);
    };
    await expect(warehouse.markUndecided(world, 'one')).rejects.toThrow('crash');
    world.bucket.content.set = put;
    expect((await warehouse.batch(world, OUT_OF_REACH)).found).toMatchObject(CLEAN);
    expect(await staged()).toEqual({ ...DECIDED, undecided: lost.length });
    expect(sorted(receipts())).toEqual(sorted(wanted()));
    const named = new Set<string>();
    for await (const { stream, shard, seqs } of undecidedLists(objects))
      for (const seq of seqs) named.add(positionId({ stream, shard, seq }));
    expect(named.size).toBe(lost.length);
  });

  it('survive a crash when what was written lies before all that the next plan lists', async () => {
    const spoilt = new Map(world.bucket.keys('log/').map((key) => [key, world.bucket.content.get(key)!]));
    for (const key of spoilt.keys()) world.bucket.content.set(key, Buffer.from('not gzip'));
    const later = OUT_OF_REACH + 30 * 24 * HOUR;
    await warehouse.batch(world, later);
    for (const [key, content] of spoilt) world.bucket.content.set(key, content);
    await prepared('one');
    const put = world.bucket.content.set.bind(world.bucket.content);
    world.bucket.content.set = (key, value) => {
      put(key, value);
      if (key.startsWith('receipts/')) throw new Error('crash');
      return world.bucket.content;
    };
    await expect(warehouse.markUndecided(world, 'one')).rejects.toThrow('crash');
    world.bucket.content.set = put;
    const { plan, found } = await warehouse.batch(world, later + HOUR);
    expect(plan.receiptObjects).toBe(0);
    expect(found).toMatchObject(CLEAN);
    expect(await staged()).toEqual({ ...DECIDED, undecided: lost.length });
    expect(sorted(receipts())).toEqual(sorted(wanted()));
  });

  it('are not made of what an unreadable object of receipts may have decided; it is missing until the object is mended', async () => {
    const spoilt = world.bucket.keys('receipts/credit_applications/')[0]!;
    const good = world.bucket.content.get(spoilt)!;
    world.bucket.content.set(spoilt, Buffer.from('not gzip'));
    const within = [...parseReceiptLines(gunzipSync(good))].map(({ position }) => positionId(position));
    const { found } = await warehouse.batch(world, OUT_OF_REACH);
    expect(found.missing).toBeGreaterThanOrEqual(within.length);
    expect(found.examples.missing).toEqual(expect.arrayContaining(within));
    world.bucket.content.set(spoilt, good);
    expect((await warehouse.batch(world, OUT_OF_REACH)).found).toMatchObject(CLEAN);
    expect(await staged()).toEqual({ ...DECIDED, undecided: lost.length });
  });

  it('leave out an object of the log that was lost after it was loaded, and name it', async () => {
    await prepared('one');
    const gone = world.bucket.keys('log/account_activity/').find((key) => {
      const content = gunzipSync(world.bucket.content.get(key)!).toString();
      return content.includes(lost.at(-1)!.record.position.seq);
    })!;
    world.bucket.content.delete(gone);
    const { marked, unreadable } = await warehouse.markUndecided(world, 'one');
    expect(marked).toBe(lost.length - 1);
    expect([...unreadable.keys()]).toEqual([gone]);
  });

  it('give way to a receipt of the stream that was loaded first, and are reported beside one that came later', async () => {
    await warehouse.batch(world, OUT_OF_REACH);
    const { record } = lost[0]!;
    const decided = new World({ shards: 2 }).applications(application('u1', 'a3'))[0]!;
    const late = {
      record,
      assessment: {
        ...decided.assessment,
        receipt: decided.assessment.receipt.replaceAll(decided.record.position.seq, record.position.seq),
      },
    };
    await warehouse.loadReceipts(world, [world.putObject('receipts', [late])]);
    expect(await staged()).toEqual({ ...DECIDED, undecided: lost.length });
    const found = await warehouse.reconcile(world, { now: OUT_OF_REACH });
    expect(found).toMatchObject({ ...CLEAN, unexpected: 1, examples: { unexpected: [positionId(record.position)] } });
  });

  it('are refused to a run without a plan, which cannot know what the stream decided', async () => {
    await prepared('one');
    await expect(warehouse.markUndecided(world, 'unplanned')).rejects.toThrow(PipelineError);
    expect(world.bucket.keys(`${UNDECIDED_PREFIX}/`)).toEqual([]);
  });
});
