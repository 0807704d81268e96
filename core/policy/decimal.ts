/** Exact decimals: amounts in integer cents, and fractions of big integers where a comparison is too close to call. */

/** numerator / denominator; the denominator is positive */
export interface Ratio {
  readonly n: bigint;
  readonly d: bigint;
}

const AMOUNT = /^(0|[1-9]\d{0,11})(?:\.(\d{1,2}))?$/;

/** @returns integer cents of a decimal text with at most 2 decimals ("15000.00", "2000"), or null if it is none */
export function parseAmount(text: string): number | null {
  const match = AMOUNT.exec(text);
  if (match === null) return null;
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}

/** @param cents an integer, not negative @returns decimal text with 2 decimals: 1500001 → "15000.01" */
export function amountText(cents: number): string {
  const rest = cents % 100;
  return `${numberText((cents - rest) / 100)}${rest < 10 ? '.0' : '.'}${rest | 0}`;
}

/** A number as JavaScript prints it; a small integer that is held as a double prints several times faster this way. */
export const numberText = (value: number): string => ((value | 0) === value ? `${value | 0}` : `${value}`);

/** @returns exactly the decimal number that JavaScript prints for `value`, as a fraction */
export function exactly(value: number): Ratio {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (match === null) throw new RangeError('not a finite number');
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const digits = BigInt(`${sign}${whole}${fraction}`);
  const power = Number(exponent) - fraction.length;
  return power >= 0 ? { n: digits * 10n ** BigInt(power), d: 1n } : { n: digits, d: 10n ** BigInt(-power) };
}

export const times = (a: Ratio, b: Ratio): Ratio => ({ n: a.n * b.n, d: a.d * b.d });

/** @returns below 0, 0 or above 0 as `a` is less than, equal to or greater than `b` */
export function compareRatios(a: Ratio, b: Ratio): number {
  const difference = a.n * b.d - b.n * a.d;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
