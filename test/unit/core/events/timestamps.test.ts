import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTimestamp } from '../../../../core/events/timestamps.ts';

const DAY = 86_400_000;
const pad = (n: number): string => String(n).padStart(2, '0');
const time = fc.integer({ min: Date.UTC(1, 0, 1), max: Date.UTC(9998, 11, 31) });

describe('readTimestamp', () => {
  it('reads what a Date writes', () => {
    fc.assert(
      fc.property(time, (ms) => {
        const iso = new Date(ms).toISOString();
        expect(readTimestamp(iso)).toBe(ms);
        expect(readTimestamp(iso.slice(0, -1))).toBe(ms);
      }),
    );
  });

  it('takes an offset off', () => {
    fc.assert(
      fc.property(time, fc.integer({ min: -1439, max: 1439 }), (ms, minutes) => {
        const there = new Date(ms + minutes * 60_000).toISOString().slice(0, -1);
        const size = Math.abs(minutes);
        const hours = String(Math.floor(size / 60)).padStart(2, '0');
        const offset = `${minutes < 0 ? '-' : '+'}${hours}:${String(size % 60).padStart(2, '0')}`;
        expect(readTimestamp(there + offset)).toBe(ms);
      }),
    );
  });

  it('knows every day of the calendar and no other', () => {
    for (const year of [0, 1, 99, 1900, 1999, 2000, 2023, 2024, 2100, 9999]) {
      let days = 0;
      for (let month = 0; month <= 13; month++)
        for (let day = 0; day <= 32; day++)
          if (readTimestamp(`${String(year).padStart(4, '0')}-${pad(month)}-${pad(day)}T00:00Z`) !== null) days++;
      const first = new Date(0).setUTCFullYear(year, 0, 1);
      expect(days * DAY).toBe(new Date(0).setUTCFullYear(year + 1, 0, 1) - first);
    }
  });

  it('tells seconds from milliseconds', () => {
    expect(readTimestamp(1_795_176_000)).toBe(1_795_176_000_000);
    expect(readTimestamp(1_795_176_000_000)).toBe(1_795_176_000_000);
    expect(readTimestamp(99_999_999_999)).toBe(99_999_999_999_000);
    expect(readTimestamp(100_000_000_000)).toBe(100_000_000_000);
  });

  it('is null for whatever else', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (value) => {
        fc.pre(typeof value !== 'number' || !Number.isFinite(value));
        fc.pre(typeof value !== 'string');
        expect(readTimestamp(value)).toBe(null);
      }),
    );
  });
});
