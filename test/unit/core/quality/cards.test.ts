import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCardInNumber } from '../../../../core/quality/card-numbers.ts';
import { maskText } from '../../../../core/quality/cards.ts';
import { cardNumber, digitText, numberSource } from './arbitraries.ts';
import { isCardValue, maskSlowly } from './card-oracle.ts';

describe('maskText', () => {
  it('keeps the first 6 and the last 4 digits', () => {
    fc.assert(
      fc.property(cardNumber, (digits) => {
        const masked = maskText(digits);
        expect(masked).toBe(digits.slice(0, 6) + '*'.repeat(digits.length - 10) + digits.slice(-4));
      }),
    );
  });

  it('finds what DOMAIN says, neither more nor less', () => {
    fc.assert(
      fc.property(digitText, (text) => {
        expect(maskText(text)).toBe(maskSlowly(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it('changes nothing when it masks again', () => {
    fc.assert(
      fc.property(digitText, (text) => {
        const masked = maskText(text);
        expect(masked).toHaveLength(text.length);
        expect(maskText(masked)).toBe(masked);
      }),
    );
  });

  it('leaves texts without a card as they are', () => {
    for (const text of ['', 'user-42', 'x'.repeat(300), '4111111111111112', '1234567890123456'])
      expect(maskText(text)).toBe(text);
  });
});

describe('findCardInNumber', () => {
  it('judges a number by its value, however it is written', () => {
    fc.assert(
      fc.property(numberSource, (source) => {
        const bytes = Buffer.from(source);
        const hidden = Buffer.from(source);
        const found = findCardInNumber(bytes, 0, bytes.length, (at) => hidden.write('0', at));
        expect(found).toBe(isCardValue(source));
        const before = Math.abs(Number(source));
        const after = Math.abs(Number(hidden.toString()));
        expect(Number.isFinite(after) === Number.isFinite(before)).toBe(true);
        // the first six digits stay, so what is covered is less than a hundred thousandth
        if (found) expect(before - after).toBeLessThan(before / 99_999);
      }),
      { numRuns: 3_000 },
    );
  });
});
