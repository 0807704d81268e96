/**
 * Dollars as whole nano-dollars. A price is decimal text and a quantity a number of millionths, so a sum is exact: the
 * only rounding is that of one line to the nano-dollar.
 */
export type NanoDollars = bigint;

const NANO = 1_000_000_000n;
const MICRO = 1_000_000;

interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** @throws RangeError where the text is not a decimal number without sign */
export function decimal(text: string): Decimal {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) throw new RangeError(`"${text}" is not a decimal number`);
  const [, whole = '', fraction = ''] = match;
  return { digits: BigInt(whole + fraction), scale: fraction.length };
}

/** A quantity in millionths. @throws RangeError where it is negative or no number */
export function millionths(quantity: number): bigint {
  if (!Number.isFinite(quantity) || quantity < 0) throw new RangeError(`${quantity} is not a quantity`);
  // A count beyond 9 thousand million has no room for millionths in a number, and no need of them.
  return quantity * MICRO <= Number.MAX_SAFE_INTEGER
    ? BigInt(Math.round(quantity * MICRO))
    : BigInt(Math.round(quantity)) * BigInt(MICRO);
}

/** @param price decimal text, for `per` units @param quantity in millionths of a unit */
export function costOf(price: string, per: number, quantity: bigint): NanoDollars {
  const { digits, scale } = decimal(price);
  const divisor = BigInt(per) * BigInt(MICRO) * 10n ** BigInt(scale);
  return (quantity * digits * NANO + divisor / 2n) / divisor;
}

/** Decimal text of a sum, rounded half up: `1,234.50`, or with `plain` `1234.50`. */
export function dollars(sum: NanoDollars, places = 2, plain = false): string {
  const unit = NANO / 10n ** BigInt(places);
  const rounded = (sum + unit / 2n) / unit;
  const text = rounded.toString().padStart(places + 1, '0');
  const whole = places === 0 ? text : text.slice(0, -places);
  const grouped = plain ? whole : whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return places === 0 ? grouped : `${grouped}.${text.slice(-places)}`;
}

export const total = (sums: Iterable<NanoDollars>): NanoDollars => {
  let all = 0n;
  for (const sum of sums) all += sum;
  return all;
};
