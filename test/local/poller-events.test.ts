import { describe, expect, test } from 'vitest';
import { type EventRecord, failing, numbers, textOf, texts, useBed } from './support/poller.ts';

const bed = useBed();

describe('an event', () => {
  test('is what Lambda makes of a batch', async () => {
    const stream = await bed().stream();
    const before = Date.now();
    await bed().put(stream, [['Schlüssel', '{"n":1}']]);
    const seen: string[] = [];
    const { poller } = await bed().poller({
      mappings: [{ stream }],
      consume: (_texts, records) => void seen.push(JSON.stringify(records)),
    });
    await poller.drained();
    const [record] = JSON.parse(seen[0] as string) as (EventRecord & Record<string, unknown>)[];
    expect(record).toEqual({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: 'Schlüssel',
        sequenceNumber: expect.stringMatching(/^\d{56}$/),
        data: Buffer.from('{"n":1}').toString('base64'),
        approximateArrivalTimestamp: expect.any(Number),
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `shardId-000000000000:${record?.kinesis.sequenceNumber}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: expect.stringMatching(/^arn:aws:iam::000000000000:role\//),
      awsRegion: 'eu-central-1',
      eventSourceARN: `arn:aws:kinesis:eu-central-1:000000000000:stream/${stream}`,
    });
    // Seconds, with milliseconds behind the point.
    const arrival = (record?.kinesis.approximateArrivalTimestamp ?? 0) * 1000;
    expect(arrival).toBeGreaterThanOrEqual(before);
    expect(arrival).toBeLessThanOrEqual(Date.now());
  });

  test('holds at most the batch size and six megabytes', async () => {
    const stream = await bed().stream();
    const big = 'x'.repeat(900_000);
    await bed().put(stream, [...numbers(0, 25), ...Array.from({ length: 5 }, (): [string, string] => ['k', big])]);
    const sizes: number[][] = [];
    const { poller } = await bed().poller({
      mappings: [{ stream, BatchSize: 10 }],
      consume: (_texts, records) => void sizes.push([records.length, JSON.stringify({ Records: records }).length]),
    });
    await poller.drained();
    expect(sizes.map(([count]) => count).reduce((sum = 0, count = 0) => sum + count)).toBe(30);
    for (const [count, bytes] of sizes) {
      expect(count).toBeLessThanOrEqual(10);
      expect(bytes).toBeLessThanOrEqual(6 * 1024 * 1024);
    }
  });

  test('waits for its window, unless somebody waits for the stream to be drained', async () => {
    const stream = await bed().stream();
    const batches: number[] = [];
    const { poller } = await bed().poller({
      mappings: [{ stream, MaximumBatchingWindowInSeconds: 300 }],
      consume: (batch) => void batches.push(batch.length),
    });
    await bed().put(stream, numbers(0, 3));
    await new Promise((resolve) => setTimeout(resolve, 600));
    await bed().put(stream, numbers(3, 5));
    expect(batches).toEqual([]);
    await poller.drained();
    expect(batches.reduce((sum, count) => sum + count)).toBe(5);
    expect(batches.length).toBeLessThanOrEqual(2);
  });
});

describe('what a function answers', () => {
  test('with the first failed record: what came before is kept, the rest comes again', async () => {
    const stream = await bed().stream();
    await bed().put(stream, numbers(0, 10));
    const batches: string[][] = [];
    let failures = 3;
    const { poller } = await bed().poller({
      mappings: [{ stream }],
      consume: (batch, records) => {
        batches.push(batch);
        return failing(failures-- > 0 ? records.find((record) => textOf(record) === '4') : undefined);
      },
    });
    await poller.drained();
    expect(batches[0]).toEqual(texts(numbers(0, 10)));
    expect(batches.slice(1)).toEqual([texts(numbers(4, 10)), texts(numbers(4, 10)), texts(numbers(4, 10))]);
  });

  test('the lowest of several failures counts, in whatever order they are named', async () => {
    const stream = await bed().stream();
    await bed().put(stream, numbers(0, 6));
    const batches: string[][] = [];
    const { poller } = await bed().poller({
      mappings: [{ stream }],
      consume: (batch, records) => {
        batches.push(batch);
        if (batches.length > 1) return undefined;
        return { batchItemFailures: [5, 2, 4].map((i) => ({ itemIdentifier: records[i]?.kinesis.sequenceNumber })) };
      },
    });
    await poller.drained();
    expect(batches[1]).toEqual(texts(numbers(2, 6)));
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an empty text', '""'],
    ['an empty object', {}],
    ['an empty list', { batchItemFailures: [] }],
    ['no list', { batchItemFailures: null }],
  ])('%s is success', async (_what, answer) => {
    const stream = await bed().stream();
    await bed().put(stream, numbers(0, 3));
    const batches: string[][] = [];
    const { poller } = await bed().poller({
      mappings: [{ stream }],
      consume: (batch) => (batches.push(batch), answer),
    });
    await poller.drained();
    expect(batches.flat()).toEqual(['0', '1', '2']);
  });

  test.each<[string, (records: EventRecord[]) => unknown]>([
    ['an unknown identifier', () => ({ batchItemFailures: [{ itemIdentifier: '0'.repeat(56) }] })],
    [
      'an unknown identifier beside a known one',
      (records) => ({
        batchItemFailures: [{ itemIdentifier: records[2]?.kinesis.sequenceNumber }, { itemIdentifier: 'other' }],
      }),
    ],
    ['an empty identifier', () => ({ batchItemFailures: [{ itemIdentifier: '' }] })],
    ['a missing identifier', () => ({ batchItemFailures: [{ id: 'x' }] })],
    ['null in the list', () => ({ batchItemFailures: [null] })],
    ['a list that is none', () => ({ batchItemFailures: 'all' })],
    ['a text', () => '"fine"'],
    ['a number', () => 7],
    ['what is not JSON', () => '<html>'],
  ])('%s fails the whole batch', async (_what, answer) => {
    const stream = await bed().stream();
    await bed().put(stream, numbers(0, 3));
    const batches: string[][] = [];
    const { poller } = await bed().poller({
      mappings: [{ stream }],
      consume: (batch, records) => (batches.push(batch), batches.length === 1 ? answer(records) : undefined),
    });
    await poller.drained();
    expect(batches).toEqual([
      ['0', '1', '2'],
      ['0', '1', '2'],
    ]);
  });

  test('means nothing where the mapping does not ask for it', async () => {
    const stream = await bed().stream();
    await bed().put(stream, numbers(0, 3));
    let calls = 0;
    const { poller } = await bed().poller({
      mappings: [{ stream, FunctionResponseTypes: [] }],
      consume: (_batch, records) => (calls++, failing(records[0])),
    });
    await poller.drained();
    expect(calls).toBe(1);
  });
});
