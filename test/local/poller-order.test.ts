import { MergeShardsCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { failing, numbers, textOf, texts, useBed } from './support/poller.ts';

const bed = useBed();

describe('a checkpoint', () => {
  test('lets the next run go on where this one was', async () => {
    const stream = await bed().stream(2);
    const seen: string[] = [];
    const consume = (batch: string[]): void => void seen.push(...batch);
    await bed().put(stream, numbers(0, 50, 'a'));
    const first = await bed().poller({ mappings: [{ stream, BatchSize: 7 }], consume });
    await first.poller.drained();
    await first.stop();
    await bed().put(stream, numbers(50, 60, 'a'));
    const second = await bed().poller({ mappings: [{ stream, BatchSize: 7 }], consume, directory: first.directory });
    await second.poller.drained();
    expect(seen).toEqual(texts(numbers(0, 60)));
    const saved = JSON.parse(readFileSync(path.join(first.directory, 'checkpoints.json'), 'utf8')) as object;
    expect(Object.keys(saved).every((key) => key.startsWith('mapping-0/shardId-'))).toBe(true);
  });

  test('is that of the batch, not of what was read with it', async () => {
    const stream = await bed().stream();
    const large = Array.from({ length: 12 }, (_, i): [string, string] => ['k', `${i}:${'x'.repeat(700_000)}`]);
    for (let i = 0; i < large.length; i += 6) await bed().put(stream, large.slice(i, i + 6));
    const seen: string[] = [];
    const first = await bed().poller({
      mappings: [{ stream, BatchSize: 100 }],
      consume: (batch) => {
        seen.push(...batch);
        setTimeout(() => first.poller.stop());
      },
    });
    await first.poller.settled();
    expect(seen.length).toBeLessThan(12);
    const again = { mappings: [{ stream }], directory: first.directory };
    const second = await bed().poller({ ...again, consume: (batch) => void seen.push(...batch) });
    await second.poller.drained();
    expect(new Set(seen).size).toBe(12);
  });

  test('of a mapping that is new beside an old one is none: it gets everything', async () => {
    const stream = await bed().stream();
    const seen: Record<string, string[]> = { old: [], new: [] };
    const consume = (batch: string[], _records: unknown, name: string): void => void seen[name]?.push(...batch);
    await bed().put(stream, numbers(0, 30));
    const first = await bed().poller({ mappings: [{ stream, fn: 'old' }], consume });
    await first.poller.drained();
    await first.stop();
    await bed().put(stream, numbers(30, 40));
    const mappings = [
      { stream, fn: 'old' },
      { stream, fn: 'new', BatchSize: 7 },
    ];
    await (await bed().poller({ mappings, consume, directory: first.directory })).poller.drained();
    expect(seen).toEqual({ old: texts(numbers(0, 40)), new: texts(numbers(0, 40)) });
  });

  test('is not moved by a batch that was under way when the poller stopped', async () => {
    const stream = await bed().stream();
    await bed().put(stream, numbers(0, 3));
    const first = await bed().poller({
      mappings: [{ stream }],
      consume: () => {
        first.poller.stop();
        throw new Error('killed');
      },
    });
    await first.poller.settled();
    const seen: string[] = [];
    const again = {
      mappings: [{ stream }],
      consume: (batch: string[]) => void seen.push(...batch),
      directory: first.directory,
    };
    await (await bed().poller(again)).poller.drained();
    expect(seen).toEqual(['0', '1', '2']);
  });

  test('of a mapping that begins at the end leaves out what was there before it', async () => {
    const stream = await bed().stream();
    await bed().put(stream, numbers(0, 3));
    const seen: string[] = [];
    const { poller } = await bed().poller({
      mappings: [{ stream, StartingPosition: 'LATEST' }],
      consume: (batch) => void seen.push(...batch),
    });
    await poller.drained();
    await bed().put(stream, numbers(3, 5));
    await poller.drained();
    expect(seen).toEqual(['3', '4']);
  });
});

describe('lanes', () => {
  test('keep the order of a key while several batches of a shard are under way', async () => {
    const stream = await bed().stream(1);
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const records = Array.from({ length: 400 }, (_, i): [string, string] => [
      keys[i % 7] as string,
      `${keys[i % 7]}${i}`,
    ]);
    await bed().put(stream, records);
    const byKey = new Map<string, string[]>();
    let running = 0;
    let most = 0;
    const { poller } = await bed().poller({
      mappings: [{ stream, BatchSize: 10, ParallelizationFactor: 4 }],
      consume: async (batch) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 3));
        running--;
        for (const text of batch) byKey.set(text[0] as string, [...(byKey.get(text[0] as string) ?? []), text]);
      },
    });
    await poller.drained();
    for (const key of keys) expect(byKey.get(key)).toEqual(texts(records).filter((text) => text.startsWith(key)));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });

  test('may change in number between runs without a record lost', async () => {
    const stream = await bed().stream(1);
    const all = Array.from({ length: 120 }, (_, i): [string, string] => [`k${i}`, String(i)]);
    await bed().put(stream, all.slice(0, 60));
    const seen = new Set<string>();
    const consume = (batch: string[]): void => void batch.forEach((text) => seen.add(text));
    const first = await bed().poller({ mappings: [{ stream, ParallelizationFactor: 2 }], consume });
    await first.poller.drained();
    await first.stop();
    await bed().put(stream, all.slice(60));
    const setup = { mappings: [{ stream, ParallelizationFactor: 3 }], consume, directory: first.directory };
    await (await bed().poller(setup)).poller.drained();
    expect(seen.size).toBe(120);
  });
});

test('two mappings of a stream each get everything, at their own pace', async () => {
  const stream = await bed().stream(2);
  const seen: Record<string, string[]> = { quick: [], slow: [] };
  const { poller } = await bed().poller({
    mappings: [
      { stream, fn: 'quick', BatchSize: 50 },
      { stream, fn: 'slow', BatchSize: 500, MaximumBatchingWindowInSeconds: 1 },
    ],
    consume: async (batch, _records, name) => {
      if (name === 'slow') await new Promise((resolve) => setTimeout(resolve, 20));
      seen[name]?.push(...batch);
    },
  });
  await bed().put(stream, numbers(0, 300, 'a'));
  await bed().put(stream, numbers(300, 600, 'b'));
  await poller.drained();
  for (const name of ['quick', 'slow']) {
    expect(seen[name]?.filter((text) => Number(text) < 300)).toEqual(texts(numbers(0, 300)));
    expect(seen[name]?.filter((text) => Number(text) >= 300)).toEqual(texts(numbers(300, 600)));
  }
});

// One key in the lower half of the hash range, one in the upper: each parent of the merge has records.
const both = (from: number, to: number) => [...numbers(from, to, 'a'), ...numbers(from + 1000, to + 1000, 'b')];
const inOrder = (got: string[]): void => {
  expect(got.filter((text) => Number(text) < 1000)).toEqual(texts(numbers(0, 60)));
  expect(got.filter((text) => Number(text) >= 1000)).toEqual(texts(numbers(1000, 1060)));
};

test('a split and a merge are followed: children after their parents', async () => {
  const stream = await bed().stream(1);
  const seen: string[] = [];
  const { poller } = await bed().poller({ mappings: [{ stream }], consume: (batch) => void seen.push(...batch) });
  const middle = (2n ** 127n).toString();
  await bed().put(stream, both(0, 20));
  await bed().clients.kinesis.send(
    new SplitShardCommand({ StreamName: stream, ShardToSplit: 'shardId-000000000000', NewStartingHashKey: middle }),
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  await bed().put(stream, both(20, 40));
  await poller.drained();
  await bed().clients.kinesis.send(
    new MergeShardsCommand({
      StreamName: stream,
      ShardToMerge: 'shardId-000000000001',
      AdjacentShardToMerge: 'shardId-000000000002',
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  await bed().put(stream, both(40, 60));
  await poller.drained();
  inOrder(seen);
  expect(new Set(poller.status().map(({ shard }) => shard)).size).toBe(4);

  // Who begins when all of it has happened is led through the same order.
  const afterwards: string[] = [];
  const late = await bed().poller({
    mappings: [{ stream, BatchSize: 5 }],
    consume: async (batch) => {
      await new Promise((resolve) => setTimeout(resolve, Number(batch[0]) < 1000 ? 5 : 80));
      afterwards.push(...batch);
    },
  });
  await late.poller.drained();
  inOrder(afterwards);
});

test('under every hostility a key stays in order and no record is lost', async () => {
  const probability = fc.double({ min: 0, max: 0.4, noNaN: true });
  const seed = Number(process.env['SEED'] ?? 20_261_121);
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        seed: fc.nat(),
        redeliver: probability,
        throttle: probability,
        cut: probability,
        expire: probability,
      }),
      fc.record({ BatchSize: fc.integer({ min: 1, max: 60 }), ParallelizationFactor: fc.integer({ min: 1, max: 3 }) }),
      fc.array(fc.boolean(), { minLength: 10, maxLength: 30 }),
      async (hostility, settings, failures) => {
        const stream = await bed().stream(2);
        const records = Array.from({ length: 150 }, (_, i): [string, string] => [`k${i % 9}`, `k${i % 9}:${i}`]);
        await bed().put(stream, records);
        // What a consumer keeps that remembers the highest it has seen of a key: order shows as no gap.
        const kept = new Map<string, string[]>();
        let call = 0;
        const { poller, stop } = await bed().poller({
          mappings: [{ stream, BisectBatchOnFunctionError: true, ...settings }],
          hostility,
          consume: (_batch, batch) => {
            const fails = failures[call++] === true ? Math.floor(batch.length / 2) : batch.length;
            for (const record of batch.slice(0, fails)) {
              const own = kept.get(record.kinesis.partitionKey) ?? [];
              const text = textOf(record);
              if (!own.includes(text)) own.push(text);
              kept.set(record.kinesis.partitionKey, own);
            }
            return failing(batch[fails]);
          },
        });
        await poller.drained();
        await stop();
        for (let k = 0; k < 9; k++)
          expect(kept.get(`k${k}`)).toEqual(texts(records).filter((text) => text.startsWith(`k${k}:`)));
      },
    ),
    { seed, numRuns: Number(process.env['RUNS'] ?? 12) },
  );
});

test('hostility is what it says: batches come again, cut elsewhere', async () => {
  const stream = await bed().stream();
  await bed().put(stream, numbers(0, 40));
  const batches: string[][] = [];
  const { poller } = await bed().poller({
    mappings: [{ stream }],
    hostility: { seed: 3, redeliver: 0.5, cut: 0.8 },
    consume: (batch) => void batches.push(batch),
  });
  await poller.drained();
  expect(new Set(batches.flat()).size).toBe(40);
  expect(batches.flat().length).toBeGreaterThan(40);
  expect(new Set(batches.map(({ length }) => length)).size).toBeGreaterThan(1);
});

test('an endpoint that fails for a while is asked again', async () => {
  const stream = await bed().stream();
  await bed().put(stream, numbers(0, 5));
  const seen: string[] = [];
  const { poller, trouble } = await bed().poller({
    mappings: [{ stream }],
    hostility: { seed: 1, throttle: 0.7 },
    consume: (batch) => void seen.push(...batch),
  });
  await poller.drained();
  expect(seen).toEqual(texts(numbers(0, 5)));
  expect(trouble.length).toBeGreaterThan(0);
});
