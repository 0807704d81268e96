import { isUtf8 } from 'node:buffer';
import { findCardInNumber } from '../quality/card-numbers.ts';
import { CardFinder, maskText } from '../quality/cards.ts';
import { perhapsCard } from '../quality/prefilter.ts';
import type { LogRecord, StreamRecord } from './types.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const STAR = 0x2a;
const ZERO = 0x30;

/**
 * Masks the card numbers of a record before anything is stored: first 6 and last 4 digits stay; the ones between become
 * `*` in texts and in bytes that are not JSON, `0` in a bare number. The length never changes, and masking a masked
 * record changes nothing. Works on any bytes: oversized, malformed, not UTF-8.
 *
 * JSON is masked token by token, so that escapes (`\u0034`) and equal keys hide nothing; object keys are no values, and
 * the top-level timestamp is left as it is.
 */
export function protect(record: StreamRecord): LogRecord {
  const { position, arrival } = record;
  const key = maskText(record.key);
  const masked = perhapsCard(record.data) ? maskData(record.data) : null;
  return { position, arrival, key, data: masked ?? record.data, masked: masked !== null };
}

/** @returns a masked copy, or null where there is no card number */
function maskData(data: Buffer): Buffer | null {
  const mask = new Mask(data);
  const found = isJson(data) ? findInJson(data, mask) : findInBytes(data, mask);
  return found ? mask.copy : null;
}

function isJson(data: Buffer): boolean {
  if (!isUtf8(data)) return false;
  try {
    JSON.parse(data.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

/** A copy of the bytes in which digits are covered. */
class Mask {
  readonly copy: Buffer;

  constructor(data: Buffer) {
    this.copy = Buffer.from(data);
  }

  /** `at` is a digit, or the backslash of an escape of six bytes that stands for one */
  readonly inText = (at: number): void => {
    if (this.copy[at] === BACKSLASH) this.copy.write('\\u002a', at, 'latin1');
    else this.copy[at] = STAR;
  };

  readonly inNumber = (at: number): void => {
    this.copy[at] = ZERO;
  };
}

function findInBytes(data: Buffer, mask: Mask): boolean {
  const finder = new CardFinder(mask.inText);
  for (let i = 0; i < data.length; i++) finder.next(data[i]!, i);
  finder.end();
  return finder.found;
}

/** Walks the tokens of a valid JSON text; no recursion, so depth does not matter. */
function findInJson(data: Buffer, mask: Mask): boolean {
  const texts = new CardFinder(mask.inText);
  let found = false;
  let depth = 0;
  /** the value that comes next is the top-level timestamp */
  let exempt = false;
  let at = 0;
  while (at < data.length) {
    const byte = data[at]!;
    if (byte === QUOTE) {
      const end = endOfString(data, at);
      if (isFollowedByColon(data, end)) exempt = depth === 1 && isTimestampKey(data, at, end);
      else {
        if (!exempt) findInString(data, at, end, texts);
        exempt = false;
      }
      at = end;
    } else if (startsNumber(byte)) {
      const end = endOfNumber(data, at);
      if (!exempt && findCardInNumber(data, at, end, mask.inNumber)) found = true;
      exempt = false;
      at = end;
    } else {
      if (opens(byte)) {
        depth++;
        exempt = false;
      } else if (closes(byte)) depth--;
      at++;
    }
  }
  return found || texts.found;
}

const opens = (byte: number): boolean => byte === 0x7b || byte === 0x5b;
const closes = (byte: number): boolean => byte === 0x7d || byte === 0x5d;
const startsNumber = (byte: number): boolean => (byte >= 0x30 && byte <= 0x39) || byte === 0x2d;

/** @returns the place after the closing quote */
function endOfString(data: Buffer, open: number): number {
  let at = open + 1;
  while (data[at] !== QUOTE) at += data[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

function endOfNumber(data: Buffer, start: number): number {
  let at = start + 1;
  for (; at < data.length; at++) {
    const byte = data[at]!;
    const inNumber =
      (byte >= 0x30 && byte <= 0x39) ||
      byte === 0x2e ||
      byte === 0x2b ||
      byte === 0x2d ||
      byte === 0x65 ||
      byte === 0x45;
    if (!inNumber) break;
  }
  return at;
}

function isFollowedByColon(data: Buffer, after: number): boolean {
  let at = after;
  while (data[at] === 0x20 || data[at] === 0x0a || data[at] === 0x0d || data[at] === 0x09) at++;
  return data[at] === 0x3a;
}

function isTimestampKey(data: Buffer, open: number, end: number): boolean {
  return JSON.parse(data.toString('utf8', open, end)) === 'timestamp';
}

function findInString(data: Buffer, open: number, end: number, finder: CardFinder): void {
  let at = open + 1;
  while (at < end - 1) {
    const byte = data[at]!;
    if (byte !== BACKSLASH) {
      finder.next(byte, at);
      at++;
    } else if (data[at + 1] === 0x75) {
      finder.next(Number.parseInt(data.toString('latin1', at + 2, at + 6), 16), at);
      at += 6;
    } else {
      // \n, \" and the like: none of them is a digit, a separator or a point
      finder.next(0, at);
      at += 2;
    }
  }
  finder.end();
}
