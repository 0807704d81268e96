import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOrder, type Unreadable } from '../../../../cli/log/in-order.ts';
import type { Span } from '../../../../cli/log/spans.ts';
import { canonicalSeq } from '../../../../core/contract/position.ts';

const seq = (n: number): string => canonicalSeq(String(n));

async function merged(objects: Readonly<Record<string, number[]>>, broken: readonly string[] = []) {
  const spans = Object.entries(objects).map(
    ([key, items]): Span => ({
      key,
      prefix: 'log',
      stream: 'credit_applications',
      shard: 's',
      first: seq(Math.min(...items)),
      last: seq(Math.max(...items)),
    }),
  );
  const unreadable: Unreadable[] = [];
  const result: number[] = [];
  const load = async (key: string): Promise<string[]> => {
    if (broken.includes(key)) throw new Error('its gzip is cut short');
    return (objects[key] as number[]).map(seq);
  };
  for await (const run of inOrder(
    spans,
    load,
    (item) => item,
    (object) => unreadable.push(object),
  ))
    result.push(...run.map(Number));
  return { result, unreadable };
}

describe('inOrder', () => {
  it('merges objects however they overlap', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat(40), { minLength: 1, maxLength: 8 }), { maxLength: 8 }),
        async (arrays) => {
          const objects = Object.fromEntries(arrays.map((items, index) => [`o${index}`, items]));
          const { result, unreadable } = await merged(objects);
          expect(result).toEqual(arrays.flat().sort((x, y) => x - y));
          expect(unreadable).toEqual([]);
        },
      ),
    );
  });

  it('names an object that cannot be read and goes on', async () => {
    const { result, unreadable } = await merged({ a: [1, 2], b: [3, 4], c: [5] }, ['b']);
    expect(result).toEqual([1, 2, 5]);
    expect(unreadable).toEqual([{ key: 'b', reason: 'its gzip is cut short' }]);
  });

  it('names an object that holds other positions than its name says', async () => {
    const unreadable: Unreadable[] = [];
    const spans: Span[] = [
      { key: 'a', prefix: 'log', stream: 'credit_applications', shard: 's', first: seq(5), last: seq(6) },
    ];
    for await (const run of inOrder(
      spans,
      async () => [seq(4), seq(5)],
      (item) => item,
      (o) => unreadable.push(o),
    ))
      expect(run).toEqual([]);
    expect(unreadable).toEqual([{ key: 'a', reason: expect.stringContaining('outside the range') as string }]);
  });
});
