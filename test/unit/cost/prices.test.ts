import { assert, bigInt, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costOf, dollars, millionths } from '../../../lib/cost/money.ts';
import { CostError, PRICES, PriceTable } from '../../../lib/cost/prices.ts';

const item = { service: 'S', unit: 'u', per: 1, price: '0.1', source: 'https://aws.amazon.com/', verified: true };
const table = (change: object) => ({
  date: '2026-11-21',
  region: 'us-east-1',
  currency: 'USD',
  items: { 'a.b': { ...item, ...change } },
});

describe('money', () => {
  it('is exact where a binary number is not', () => {
    expect(costOf('0.1', 1, millionths(3))).toBe(300_000_000n);
    expect(costOf('0.0000133334', 1, millionths(1_000_000))).toBe(13_333_400_000n);
    expect(costOf('0.20', 1_000_000, millionths(2_500_000))).toBe(500_000_000n);
  });

  it('costs the parts as much as the whole, but for half a nano-dollar each', () => {
    const quantity = bigInt({ min: 0n, max: 10n ** 15n });
    assert(
      property(quantity, quantity, constantFrom(...Object.values(PRICES.items)), (a, b, { price, per }) => {
        const difference = costOf(price, per, a) + costOf(price, per, b) - costOf(price, per, a + b);
        return difference >= -1n && difference <= 1n;
      }),
    );
  });

  it('refuses what is no price or no quantity', () => {
    for (const price of ['', '-1', '1e3', '.5', '0x1', 'NaN']) expect(() => costOf(price, 1, 1n)).toThrow(RangeError);
    for (const quantity of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => millionths(quantity)).toThrow(RangeError);
  });

  it('is written with the places asked for', () => {
    expect(dollars(1_234_567_890_123n)).toBe('1,234.57');
    expect(dollars(1_234_567_890_123n, 4, true)).toBe('1234.5679');
    expect(dollars(4_999_999n)).toBe('0.00');
    expect(dollars(5_000_000n)).toBe('0.01');
    expect(dollars(1_500_000_000n, 0)).toBe('2');
  });
});

describe('the table of prices', () => {
  it('says of each price where it is published', () => {
    expect(PRICES.region).toBe('us-east-1');
    for (const { source } of Object.values(PRICES.items)) expect(source).toMatch(/^https:\/\/aws\.amazon\.com\/.+/);
  });

  it.each([
    [{ price: 0.1 }, 'items.a.b.price'],
    [{ price: '1e-3' }, 'items.a.b.price: must be decimal text'],
    [{ per: 0 }, 'items.a.b.per'],
    [{ source: 'memory' }, 'items.a.b.source'],
    [{ verified: 'yes' }, 'items.a.b.verified'],
    [{ surprise: 1 }, 'items.a.b'],
  ])('refuses %j', (change, message) => {
    expect(() => new PriceTable(table(change))).toThrow(CostError);
    expect(() => new PriceTable(table(change))).toThrow(message);
  });

  it('names a price that it does not have', () => {
    expect(() => new PriceTable(table({})).get('a.c')).toThrow('there is no price "a.c"');
    expect(() => PRICES.get('constructor')).toThrow(CostError);
  });
});
