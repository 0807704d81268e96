import { isCard, KEPT_AT_END, KEPT_AT_START, MAX_CARD_DIGITS, MIN_CARD_DIGITS } from './cards.ts';

const ZERO = 0x30;
const NINE = 0x39;
const POINT = 0x2e;
const LOWER_E = 0x65;
const UPPER_E = 0x45;

/** A JSON number token taken apart: digits[k] stands at places[k]; the value is 0.d0d1d2… × 10^scale. */
interface Decimal {
  readonly digits: number[];
  readonly places: number[];
  readonly scale: number;
}

function readDecimal(bytes: Uint8Array, from: number, to: number): Decimal {
  const digits: number[] = [];
  const places: number[] = [];
  let scale = 0;
  let fraction = false;
  let at = from;
  for (; at < to; at++) {
    const byte = bytes[at]!;
    if (byte === LOWER_E || byte === UPPER_E) break;
    if (byte === POINT) fraction = true;
    if (byte < ZERO || byte > NINE) continue;
    if (byte === ZERO && digits.length === 0) {
      // a leading zero is no digit of the value; after the point it moves the others down
      if (fraction) scale--;
      continue;
    }
    digits.push(byte - ZERO);
    places.push(at);
    if (!fraction) scale++;
  }
  if (at < to) scale += Number(Buffer.from(bytes.subarray(at + 1, to)).toString('latin1'));
  return { digits, places, scale };
}

/**
 * The decimal digits of the value where it is whole, else null. Whole is what is whole by its digits (`4.2e15`), and
 * also what is so as JavaScript reads it, which rounds.
 */
function wholeDigits(decimal: Decimal, token: () => string): number[] | null {
  const { digits, scale } = decimal;
  let end = digits.length;
  while (end > scale && digits[end - 1] === 0) end--;
  if (end <= scale) {
    const whole = digits.slice(0, scale);
    while (whole.length < scale) whole.push(0);
    return whole;
  }
  const value = Math.abs(Number(token()));
  if (!Number.isInteger(value)) return null;
  const rounded = Array.from(BigInt(value).toString(), Number);
  return rounded.length === scale ? rounded : null;
}

/**
 * Judges a bare number of a JSON text.
 *
 * @param bytes the JSON text; the token is bytes[from..to)
 * @param hide called with the place of each digit that a mask covers
 * @returns whether the number is a card number
 */
export function findCardInNumber(bytes: Buffer, from: number, to: number, hide: (at: number) => void): boolean {
  const decimal = readDecimal(bytes, from, to);
  const { scale } = decimal;
  if (decimal.digits.length === 0 || !(scale >= MIN_CARD_DIGITS && scale <= MAX_CARD_DIGITS)) return false;
  const digits = wholeDigits(decimal, () => bytes.toString('latin1', from, to));
  if (digits === null || !isCard(digits, 0, scale - 1)) return false;
  for (let i = KEPT_AT_START; i < scale - KEPT_AT_END; i++) {
    const place = decimal.places[i];
    if (place !== undefined) hide(place);
  }
  return true;
}
