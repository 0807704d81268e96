import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountExpected, readCents } from '../../../../core/events/amounts.ts';

const CEILING = 1_000_000_000;
const cents = fc.integer({ min: 1, max: CEILING });

describe('readCents', () => {
  it('gives back every amount of two decimals, as number and as text', () => {
    fc.assert(
      fc.property(cents, (amount) => {
        const text = (amount / 100).toFixed(2);
        expect(readCents(Number(text), CEILING)).toBe(amount);
        expect(readCents(text, CEILING)).toBe(amount);
      }),
      { numRuns: 5_000 },
    );
  });

  it('takes no third decimal', () => {
    fc.assert(
      fc.property(cents, fc.integer({ min: 1, max: 9 }), (amount, third) => {
        const text = `${(amount / 100).toFixed(2)}${third}`;
        expect(readCents(Number(text), CEILING)).toBe(null);
        expect(readCents(text, CEILING)).toBe(null);
      }),
    );
  });

  it('keeps to the ceiling of the policy', () => {
    expect(readCents(150, 15_000)).toBe(15_000);
    expect(readCents('150.01', 15_000)).toBe(null);
    expect(amountExpected(15_000)).toContain('150.00');
  });

  it('reads no amount from anything but numbers and texts', () => {
    for (const value of [
      null,
      undefined,
      true,
      [],
      {},
      [1],
      10n,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      '1_000',
      '0x10',
    ])
      expect(readCents(value, CEILING)).toBe(null);
  });
});
