import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { protect } from '../../../../core/events/protect.ts';
import { jsonSource } from '../quality/arbitraries.ts';
import { isCardValue, maskSlowly } from '../quality/card-oracle.ts';
import { PLAIN, record } from './records.ts';

const CARD = '4111111111111111';
const MASKED = '411111******1111';

/** Bytes with and without cards: any, JSON, JSON cut off, JSON with a byte gone wrong. */
const bytes: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((data) => Buffer.from(data)),
  jsonSource.map((text) => Buffer.from(text)),
  fc.tuple(jsonSource, fc.nat()).map(([text, n]) => Buffer.from(text).subarray(0, n % (text.length + 1))),
  fc.tuple(jsonSource, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([text, at, byte]) => {
    const data = Buffer.from(text);
    data[at % data.length] = byte;
    return data;
  }),
);

const parses = (data: Buffer): boolean => {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data));
    return true;
  } catch {
    return false;
  }
};

/**
 * The values of a JSON text that may hold cards, strings masked and numbers as their source: what the last of equal
 * keys hides is lost, so texts with equal keys are left to the golden vectors.
 */
function judged(text: string): { values: string[]; found: boolean } {
  const values: string[] = [];
  let found = false;
  JSON.parse(text, function (this: unknown, key: string, value: unknown, context?: { source?: string }) {
    if (typeof value === 'string') {
      found ||= maskSlowly(value) !== value;
      values.push(maskSlowly(value));
    } else if (typeof value === 'number') {
      found ||= isCardValue(context?.source ?? '');
      values.push(isCardValue(context?.source ?? '') ? 'card' : (context?.source ?? ''));
    } else values.push(key);
    return value;
  } as (key: string, value: unknown) => unknown);
  return { values, found };
}

const hasEqualKeysOrTimestamp = (text: string): boolean => {
  const keys: string[] = [];
  const literals = text.match(/"(?:[^"\\]|\\.)*"(?=\s*:)/g) ?? [];
  for (const key of literals) keys.push(JSON.parse(key));
  return new Set(keys).size < keys.length || keys.includes('timestamp') || keys.includes('__proto__');
};

describe('protect', () => {
  it('hands a record without a card on as it is', () => {
    const input = record(PLAIN);
    const output = protect(input);
    expect(output).toEqual({ ...input, masked: false });
    expect(output.data).toBe(input.data);
  });

  it('does not write into the bytes it was given', () => {
    const input = record({ ...PLAIN, note: CARD });
    const before = Buffer.from(input.data);
    const output = protect(input);
    expect(output.masked).toBe(true);
    expect(output.data.toString()).toContain(MASKED);
    expect(input.data.equals(before)).toBe(true);
  });

  it('masks the partition key too, which alone is no masked record', () => {
    const output = protect(record(PLAIN, { key: `user ${CARD}` }));
    expect(output.key).toBe(`user ${MASKED}`);
    expect(output.masked).toBe(false);
  });

  it('keeps the length, keeps JSON JSON, and changes nothing the second time', () => {
    fc.assert(
      fc.property(bytes, (data) => {
        const once = protect(record(data));
        expect(once.data).toHaveLength(data.length);
        expect(once.masked || once.data.equals(data)).toBe(true);
        expect(parses(once.data)).toBe(parses(data));
        expect(protect(once).data.equals(once.data)).toBe(true);
      }),
      { numRuns: 1_500 },
    );
  });

  it('finds in JSON exactly the values that DOMAIN calls cards', () => {
    fc.assert(
      fc.property(jsonSource, (text) => {
        fc.pre(!hasEqualKeysOrTimestamp(text));
        const output = protect(record(text));
        const expected = judged(text);
        expect(output.masked).toBe(expected.found);
        const left = judged(output.data.toString()).values;
        for (const [i, value] of expected.values.entries()) if (value !== 'card') expect(left[i]).toBe(value);
      }),
      { numRuns: 1_500 },
    );
  });

  it('masks bytes that are not JSON as text', () => {
    fc.assert(
      fc.property(jsonSource, (text) => {
        const broken = `${text.replaceAll(/[^\u0020-\u007e]/g, '?')}}`;
        expect(protect(record(broken)).data.toString()).toBe(maskSlowly(broken));
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes any depth and a megabyte of separators without recursion or backtracking', () => {
    const deep = `${'['.repeat(200_000)}"${CARD}"${']'.repeat(200_000)}`;
    expect(protect(record(deep)).data.toString('utf8', 200_001, 200_017)).toBe(MASKED);
    for (const worst of ['4 ', '4-4 ', '5500000000000004 ', '55 ', '4.4 ', '\\u0034', '4e15 '])
      for (const text of [worst.repeat(150_000), `"${worst.repeat(150_000)}"`])
        expect(protect(record(text)).data).toHaveLength(text.length);
    const chain = `5500000000004111${' 111111111111'.repeat(50_000)}`;
    const masked = protect(record(chain));
    expect(protect(masked).data.equals(masked.data)).toBe(true);
  });
});
