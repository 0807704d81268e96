import { MIN_CARD_DIGITS } from './cards.ts';

/** Classes of a byte. */
const OTHER = 0;
const DIGIT = 1;
const SEPARATOR = 2;
const POINT = 3;
const EXPONENT = 4;
const ESCAPE = 5;

const CLASS = new Uint8Array(256);
for (let byte = 0x30; byte <= 0x39; byte++) CLASS[byte] = DIGIT;
CLASS[0x20] = CLASS[0x2d] = SEPARATOR;
CLASS[0x2e] = POINT;
CLASS[0x65] = CLASS[0x45] = EXPONENT;
CLASS[0x5c] = ESCAPE;

/** A part of a stretch begins with 2–6 (every network's prefix does), at the stretch's start or after a separator. */
const TWO = 0x32;
const SIX = 0x36;

/**
 * Whether the bytes might hold a card number: one pass that says no to nearly every record in about a nanosecond a
 * byte. It errs on the side of yes and never says no where the exact search would find one. Besides digits it trips on
 * what can hide them in JSON: an escape of a digit, separator or point, and a number with an exponent.
 */
export function perhapsCard(bytes: Uint8Array): boolean {
  /** digits since a place where a part can begin */
  let run = 0;
  /** class of the byte before; POINT = within the digits right after a decimal point, which belong to no stretch */
  let before = OTHER;
  const length = bytes.length;
  for (let at = 0; at < length; at++) {
    const byte = bytes[at]!;
    const kind = CLASS[byte]!;
    if (kind === OTHER) {
      run = 0;
      before = OTHER;
    } else if (kind === DIGIT) {
      if (before === POINT) continue;
      if (run > 0) {
        if (++run === MIN_CARD_DIGITS) return true;
      } else if (before !== DIGIT && byte >= TWO && byte <= SIX) run = 1;
      before = DIGIT;
    } else if (kind === SEPARATOR && before === DIGIT) before = SEPARATOR;
    else {
      if (kind === EXPONENT && (before === DIGIT || before === POINT) && isExponent(bytes, at)) return true;
      if (kind === ESCAPE && hidesDigit(bytes, at)) return true;
      before = kind === POINT && (before === DIGIT || before === POINT) ? POINT : OTHER;
      run = 0;
    }
  }
  return false;
}

/** `e15` or `E+15` at the end of a token: with a negative exponent the digits themselves are many, and trip. */
function isExponent(bytes: Uint8Array, e: number): boolean {
  let at = e + 1;
  if (bytes[at] === 0x2b) at++;
  const first = at;
  while (CLASS[bytes[at]!] === DIGIT) at++;
  if (at === first) return false;
  const after = bytes[at];
  const ended = after === undefined || after <= 0x20 || after === 0x2c || after === 0x5d || after === 0x7d;
  return ended;
}

/** `\u002x` or `\u003x`: space, dash, point and the digits are among these. */
function hidesDigit(bytes: Uint8Array, backslash: number): boolean {
  return (
    bytes[backslash + 1] === 0x75 &&
    bytes[backslash + 2] === 0x30 &&
    bytes[backslash + 3] === 0x30 &&
    (bytes[backslash + 4] === 0x32 || bytes[backslash + 4] === 0x33)
  );
}
