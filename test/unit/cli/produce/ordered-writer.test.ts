import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Interrupted } from '../../../../cli/errors.ts';
import { OrderedWriter, type Keyed, type Send } from '../../../../cli/produce/ordered-writer.ts';

const LIMITS = { records: 4, bytes: 1_000, inFlight: 3, waiting: 12 };
const record = (key: string, line: number, bytes = 1): Keyed => ({
  key,
  entry: { stream: 'credit_applications', data: Buffer.alloc(bytes), line },
});
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function run(records: readonly Keyed[], send: Send, limits = LIMITS): Promise<void> {
  const writer = new OrderedWriter(send, { limits });
  for (const each of records) await writer.write(each);
  await writer.end();
}

describe('OrderedWriter', () => {
  it('sends everything once, each customer in order, however requests overlap', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), { maxLength: 60 }),
        fc.array(fc.nat(3), { minLength: 1, maxLength: 20 }),
        async (keys, delays) => {
          const records = keys.map((key, index) => record(key, index + 1));
          const arrived: Keyed[] = [];
          let request = 0;
          const open = new Set<string>();
          await run(records, async (batch) => {
            request += 1;
            expect(batch.length).toBeLessThanOrEqual(LIMITS.records);
            for (const { key } of batch) {
              expect(open.has(key)).toBe(false);
              open.add(key);
            }
            for (let i = delays[request % delays.length] ?? 0; i > 0; i -= 1) await tick();
            // Records of one request may be taken in any order: throttling picks whom it likes.
            arrived.push(...batch.toReversed());
            for (const { key } of batch) open.delete(key);
          });
          expect(arrived.map((each) => each.entry.line).sort((x, y) => x - y)).toEqual(
            records.map((each) => each.entry.line),
          );
          for (const key of new Set(keys)) {
            const lines = arrived.filter((each) => each.key === key).map((each) => each.entry.line);
            expect(lines).toEqual(lines.toSorted((x, y) => x - y));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('fills requests up, and keeps them under the limit of bytes', async () => {
    const sizes: number[] = [];
    const send: Send = async (batch) => void sizes.push(batch.length);
    await run(
      Array.from({ length: 9 }, (_, i) => record(`k${i}`, i)),
      send,
    );
    expect(sizes).toEqual([4, 4, 1]);
    sizes.length = 0;
    await run(
      Array.from({ length: 4 }, (_, i) => record(`k${i}`, i, 400)),
      send,
    );
    expect(sizes).toEqual([2, 2]);
  });

  it('sends a record over the limit alone', async () => {
    const lines: number[][] = [];
    await run([record('a', 1), record('b', 2, 5_000), record('c', 3)], async (batch) => {
      lines.push(batch.map((each) => each.entry.line));
    });
    expect(lines.find((batch) => batch.includes(2))).toEqual([2]);
  });

  it('fails with what the stream failed with', async () => {
    await expect(run([record('a', 1)], () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  });

  it('stops when it is interrupted', async () => {
    const controller = new AbortController();
    const writer = new OrderedWriter(async () => {}, { limits: LIMITS, signal: controller.signal });
    await writer.write(record('a', 1));
    controller.abort();
    await expect(writer.end()).rejects.toThrow(Interrupted);
  });
});
