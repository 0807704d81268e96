import type { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { beforeEach, describe, expect, it } from 'vitest';
import { positionId } from '../../../../core/contract/position.ts';
import { REDRIVEN_PREFIX } from '../../../../core/contract/storage.ts';
import { ACTIVITY, APPLICATIONS } from '../../../../core/contract/streams.ts';
import { kinesisSenders } from '../../../../cli/produce/kinesis.ts';
import type { Unreadable } from '../../../../cli/log/in-order.ts';
import { parseKey } from '../../../../cli/log/spans.ts';
import { recordsGivenUp } from '../../../../cli/redrive/given-up.ts';
import { redrive, type RedriveOptions } from '../../../../cli/redrive/redrive.ts';
import { putUndecided } from '../../../../lambdas/adapters/undecided-lists.ts';
import { application, transaction } from '../../../support/records.ts';
import { type Produced, World } from '../../../support/world.ts';

interface Sent {
  readonly stream: string;
  readonly key: string;
  readonly text: string;
}

let world: World;
let lost: Produced[];
let sent: Sent[];
let unreadable: Unreadable[];

const CARD = application('u3', 'a9', { note: '4111111111111111' });

beforeEach(async () => {
  world = new World({ shards: 2 });
  sent = [];
  unreadable = [];
  world.applications(application('u1', 'a1'));
  lost = world.giveUp(
    APPLICATIONS,
    application('u1', 'a2'),
    application('u2', 'a3'),
    '{ not json',
    application('u1', 'a2', { revision: 2 }),
    Buffer.from([0, 255, 10]),
    application('u2', 'a5'),
  );
  lost.push(...world.giveUp(ACTIVITY, transaction('u1', 't1'), transaction('u2', 't2')));
});

/** What the batch leaves: objects of the log, of the receipts, and lists of what was given up. */
async function marked(records: readonly Produced[] = lost, { size = 1_000 } = {}): Promise<void> {
  const { log, receipts } = world.archive(records, size);
  for (const [index, key] of log.entries()) {
    const { stream, shard, first, last } = parseKey(key)!;
    const seqs = records
      .map(({ record }) => record.position)
      .filter((p) => p.stream === stream && p.shard === shard && first <= p.seq && p.seq <= last)
      .map(({ seq }) => seq);
    await putUndecided(world.bucket.objects(), { v: 1, stream, shard, seqs, log: key, receipts: receipts[index]! });
  }
}

/** A stream that takes everything. */
async function take({ input }: PutRecordsCommand) {
  for (const { Data, PartitionKey } of input.Records!)
    sent.push({ stream: input.StreamName!, key: PartitionKey!, text: Buffer.from(Data!).toString('latin1') });
  return { Records: input.Records!.map(() => ({})), $metadata: {} };
}
/** Streams of other names, behind a client. */
const by = (send: typeof take) => kinesisSenders({ send } as never, (stream) => `the-${stream}`);

function options(more: Partial<RedriveOptions> = {}): RedriveOptions {
  return {
    objects: world.bucket.objects(),
    sender: by(take),
    masked: false,
    onUnreadable: (object) => unreadable.push(object),
    ...more,
  };
}
const asSent = ({ record: { position, key, data } }: Produced): Sent => ({
  stream: `the-${position.stream}`,
  key,
  text: data.toString('latin1'),
});
const unordered = (list: readonly Sent[]): string[] => list.map((each) => JSON.stringify(each)).sort();
async function open(): Promise<string[]> {
  const found: string[] = [];
  for await (const records of recordsGivenUp(world.bucket.objects(), (object) => unreadable.push(object)))
    found.push(...records.map(({ position }) => positionId(position)));
  return found.sort();
}
const names = (list: readonly Produced[]): string[] => list.map(({ record }) => positionId(record.position)).sort();

describe('a redrive', () => {
  it('sends the bytes that were given up under their keys, a customer in his order, once', async () => {
    await marked();
    expect(await open()).toEqual(names(lost));
    expect(await redrive(options())).toMatchObject({
      taken: { [APPLICATIONS]: 6, [ACTIVITY]: 2 },
      refused: 0,
      held: 0,
    });
    expect(unordered(sent)).toEqual(unordered(lost.map(asSent)));
    for (const stream of [APPLICATIONS, ACTIVITY])
      for (const key of ['u1', 'u2']) {
        const own = lost.filter(({ record }) => record.key === key && record.position.stream === stream);
        expect(sent.filter((each) => each.key === key && each.stream === `the-${stream}`)).toEqual(own.map(asSent));
      }
    expect(await open()).toEqual([]);
    expect(await redrive(options())).toMatchObject({ taken: {}, refused: 0, held: 0 });
    expect(sent).toHaveLength(lost.length);
  });

  it('sends a position once that two batches listed', async () => {
    await marked(lost, { size: 2 });
    await marked();
    await redrive(options());
    expect(unordered(sent)).toEqual(unordered(lost.map(asSent)));
  });

  it('that dies before it remembers sends those of one object again, and forgets none', async () => {
    await marked(lost, { size: 2 });
    const lists = world.bucket.keys('undecided/').length;
    expect(lists).toBeGreaterThan(3);
    const put = world.bucket.content.set.bind(world.bucket.content);
    let writes = 0;
    world.bucket.content.set = (key, value) => {
      if (key.startsWith(`${REDRIVEN_PREFIX}/`) && ++writes === 2) throw new Error('died');
      return put(key, value);
    };
    await expect(redrive(options())).rejects.toThrow('died');
    world.bucket.content.set = put;
    const remembered = lost.length - (await open()).length;
    expect(remembered).toBeGreaterThan(0);
    const twice = sent.length - remembered;
    expect(twice).toBeGreaterThan(0);
    await redrive(options());
    expect(sent).toHaveLength(lost.length + twice);
    expect(new Set(unordered(sent))).toEqual(new Set(unordered(lost.map(asSent))));
    expect(await open()).toEqual([]);
  });

  it('holds a masked record back, unless it is told to send it masked', async () => {
    const [card] = world.giveUp(APPLICATIONS, CARD);
    lost.push(card!);
    await marked();
    expect(await redrive(options())).toMatchObject({ held: 1 });
    expect(sent).toHaveLength(lost.length - 1);
    expect(await open()).toEqual(names([card!]));
    expect(await redrive(options({ masked: true }))).toMatchObject({ taken: { [APPLICATIONS]: 1 }, held: 0 });
    expect(sent.at(-1)!.text).toContain('411111******1111');
    expect(await open()).toEqual([]);
  });

  it('leaves alone what is listed and not marked yet', async () => {
    await marked();
    for (const key of world.bucket.keys('receipts/account_activity/')) world.bucket.content.delete(key);
    expect(await redrive(options())).toMatchObject({ taken: { [APPLICATIONS]: 6 } });
    expect(sent.every(({ stream }) => stream === `the-${APPLICATIONS}`)).toBe(true);
  });

  it('keeps for the next time what the stream refuses', async () => {
    await marked();
    const picky = async (command: PutRecordsCommand) => {
      const bad: boolean = command.input.Records!.some(({ Data }) => Buffer.from(Data!).includes('"a5"'));
      if (bad) throw Object.assign(new Error('no'), { name: 'ValidationException' });
      return take(command);
    };
    expect(await redrive(options({ sender: by(picky) }))).toMatchObject({ refused: 1 });
    expect(await open()).toEqual(names(lost.filter(({ record }) => record.data.includes('"a5"'))));
    await redrive(options());
    expect(unordered(sent)).toEqual(unordered(lost.map(asSent)));
  });

  it.each([
    ['is gone', null],
    ['is damaged', Buffer.from('no gzip')],
  ] as const)('names an object of the log that %s, and sends the rest', async (_what, content) => {
    await marked();
    const key = world.bucket.keys('log/account_activity/')[0]!;
    const good = world.bucket.content.get(key)!;
    if (content === null) world.bucket.content.delete(key);
    else world.bucket.content.set(key, content);
    const { taken } = await redrive(options());
    expect(unreadable.map((object) => object.key)).toEqual([key]);
    expect(taken[APPLICATIONS]).toBe(6);
    world.bucket.content.set(key, good);
    await redrive(options());
    expect(unordered(sent)).toEqual(unordered(lost.map(asSent)));
  });

  it('refuses a list that is none', async () => {
    world.bucket.content.set('undecided/credit_applications/x.json', Buffer.from('{"v":1,"seqs":[]}'));
    await expect(redrive(options())).rejects.toThrow('undecided/credit_applications/x.json');
  });
});
