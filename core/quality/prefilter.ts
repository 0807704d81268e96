import { MIN_CARD_DIGITS } from './cards.ts';

const ZERO = 0x30;
const NINE = 0x39;
const SPACE = 0x20;
const DASH = 0x2d;
const POINT = 0x2e;
const LOWER_E = 0x65;
const UPPER_E = 0x45;
const BACKSLASH = 0x5c;

/** A card number begins with one of these: every network's prefix does. */
const FIRST_LOWEST = 0x32;
const FIRST_HIGHEST = 0x36;

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= NINE;

/**
 * Whether the bytes might hold a card number: one pass that says no to nearly every record, at one or two nanoseconds
 * a byte. It errs on the side of yes and never says no where the exact search would find one. Besides digits it trips
 * on what can hide them in JSON: an escape of a digit, separator or point, and a number with an exponent.
 */
export function perhapsCard(bytes: Uint8Array): boolean {
  const length = bytes.length;
  let at = 0;
  while (at < length) {
    const byte = bytes[at]!;
    if (byte < ZERO || byte > NINE) {
      if (byte === BACKSLASH && hidesDigit(bytes, at)) return true;
      at++;
      continue;
    }
    at = afterStretch(bytes, at);
    if (at < 0) return true;
    while (at < length && bytes[at] === POINT && isDigit(bytes[at - 1])) at = afterDigits(bytes, at + 1);
    if (at < length && isExponent(bytes, at)) return true;
  }
  return false;
}

/** @returns the place after the stretch that begins here; -1 where a part of it has digits enough for a card number */
function afterStretch(bytes: Uint8Array, start: number): number {
  let run = 0;
  let partBegins = true;
  let at = start;
  for (; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte >= ZERO && byte <= NINE) {
      if (run > 0) {
        if (++run === MIN_CARD_DIGITS) return -1;
      } else if (partBegins && byte >= FIRST_LOWEST && byte <= FIRST_HIGHEST) run = 1;
      partBegins = false;
    } else if ((byte === SPACE || byte === DASH) && !partBegins) partBegins = true;
    else break;
  }
  return at;
}

function afterDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at]! >= ZERO && bytes[at]! <= NINE) at++;
  return at;
}

/**
 * `e15` or `E+15` after a digit and at the end of a token (hexadecimal ids are full of the like). An exponent below zero
 * needs no care: the whole part before it then has digits enough to trip.
 */
function isExponent(bytes: Uint8Array, at: number): boolean {
  if ((bytes[at] !== LOWER_E && bytes[at] !== UPPER_E) || !isDigit(bytes[at - 1])) return false;
  const first = bytes[at + 1] === 0x2b ? at + 2 : at + 1;
  const end = afterDigits(bytes, first);
  if (end === first) return false;
  const next = bytes[end];
  // the end of the bytes, white space, comma, bracket or brace
  return next === undefined || next <= SPACE || next === 0x2c || next === 0x5d || next === 0x7d;
}

const isHex = (byte: number | undefined): boolean =>
  isDigit(byte) || (byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);

/**
 * `\u002x` or `\u003x` (space, dash, point and the digits are among these), or any escape with a digit right after it:
 * its own last digits would else be taken for the beginning of that stretch.
 */
function hidesDigit(bytes: Uint8Array, backslash: number): boolean {
  if (bytes[backslash + 1] !== 0x75) return false;
  if (bytes[backslash + 2] === ZERO && bytes[backslash + 3] === ZERO)
    if (bytes[backslash + 4] === 0x32 || bytes[backslash + 4] === 0x33) return true;
  for (let at = backslash + 2; at < backslash + 6; at++) if (!isHex(bytes[at])) return false;
  return isDigit(bytes[backslash + 6]);
}
