import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountText, compareRatios, exactly, parseAmount } from '../../../../core/policy/decimal.ts';
import { before, judge, judgeTransaction } from './rules.ts';

const exceeds = { gt: ['loan_amount', 'annual_income'] };

/** Cents against a decimal number of the currency, by the digits that JavaScript prints. */
function oracle(cents: number, income: number): number {
  const [mantissa = '', exponent = '0'] = String(income).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const shift = Number(exponent) - fraction.length + 2;
  const digits = BigInt(whole + fraction);
  const left = BigInt(cents) * (shift < 0 ? 10n ** BigInt(-shift) : 1n);
  const right = digits * (shift > 0 ? 10n ** BigInt(shift) : 1n);
  return left < right ? -1 : left > right ? 1 : 0;
}

describe('amounts are compared exactly', () => {
  const cents = fc.integer({ min: 1, max: 1_000_000_000 });

  it('with incomes that are close, or not', () => {
    const close = fc
      .tuple(cents, fc.constantFrom(0, 1e-12, -1e-12, 1e-9, -1e-9, 0.001, -0.001, 0.01, -0.01))
      .map(([amount, off]) => [amount, Math.max(0, amount / 100 + off)] as const);
    const any = fc.tuple(cents, fc.double({ min: 0, max: 1e12, noNaN: true }));
    fc.assert(
      fc.property(fc.oneof(close, any), ([loan_amount, annual_income]) => {
        const compared = oracle(loan_amount, annual_income);
        const record = { loan_amount, annual_income };
        expect(judge(exceeds, record).result).toBe(compared > 0 ? 'fired' : 'clear');
        expect(judge({ eq: ['loan_amount', 'annual_income'] }, record).result).toBe(compared === 0 ? 'fired' : 'clear');
        expect(judge({ lte: ['loan_amount', 'annual_income'] }, record).result).toBe(compared <= 0 ? 'fired' : 'clear');
      }),
      { numRuns: 300 },
    );
  });

  it('with five times a mean', () => {
    const rule = {
      gt: ['amount', { times: [5, { mean: 'amount', of: 'transactions', window: '(t-30d, t)', at_least: 1 }] }],
    };
    fc.assert(
      fc.property(fc.array(cents, { minLength: 1, maxLength: 12 }), fc.integer({ min: -2, max: 2 }), (amounts, off) => {
        const sum = amounts.reduce((total, amount) => total + amount, 0);
        const amount = Math.floor((5 * sum) / amounts.length) + off;
        const entries = amounts.map((each, i) => before(1000 + i, { amount: each }));
        const fires = BigInt(amounts.length) * BigInt(amount) > 5n * BigInt(sum);
        expect(judgeTransaction(rule, { amount }, entries).result).toBe(fires ? 'fired' : 'clear');
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['1e21 is more than any amount', 1_000_000_000, 1e21, 'clear'],
    ['5e-324 is more than nothing', 1, 5e-324, 'fired'],
    ['0.1 + 0.2 is a hair above 0.30', 30, 0.1 + 0.2, 'clear'],
    ['1.005 lies between 1.00 and 1.01', 101, 1.005, 'fired'],
  ])('%s', (_what, loan_amount, annual_income, result) => {
    expect(judge(exceeds, { loan_amount, annual_income }).result).toBe(result);
  });
});

describe('decimal text', () => {
  it.each([
    ['0', 0],
    ['15000', 1_500_000],
    ['15000.0', 1_500_000],
    ['15000.01', 1_500_001],
    ['999999999999.99', 99_999_999_999_999],
  ])('%s is %d cents', (text, cents) => {
    expect(parseAmount(text)).toBe(cents);
  });

  it.each(['', '-1', '+1', '01', '1.', '.5', '1.001', '1e3', ' 1', '1,5', '1000000000000', '٣'])(
    '"%s" is no amount',
    (text) => {
      expect(parseAmount(text)).toBeNull();
    },
  );

  it('is what an amount shows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (cents) => {
        const digits = String(cents).padStart(3, '0');
        expect(amountText(cents)).toBe(`${digits.slice(0, -2)}.${digits.slice(-2)}`);
      }),
    );
  });

  it('as a fraction is exactly what is printed', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const { n, d } = exactly(value);
        expect(Number(n) / Number(d) === value || Number(`${n}e-${String(d).length - 1}`) === value).toBe(true);
        expect(compareRatios(exactly(value), exactly(value))).toBe(0);
      }),
    );
    expect(() => exactly(Infinity)).toThrow(RangeError);
  });
});
