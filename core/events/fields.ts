import { MAX_TEXT_LENGTH } from '../contract/streams.ts';
import type { Findings } from '../quality/findings.ts';
import { readTimestamp } from './timestamps.ts';

export const MAX_ID_LENGTH = 128;

const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST_AFTER_ARRIVAL = 5 * 60_000;

const ID_EXPECTED = `text of 1 to ${MAX_ID_LENGTH} characters or a safe integer`;

export const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null;

/** A text may hold any characters but NUL (which PostgreSQL cannot store) and halves of a surrogate pair. */
export const isSound = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** The id as text (`42` and `"42"` are one), `undefined` when absent, null or blank, null when it is no id. */
export function normalId(value: unknown): string | null | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value === 'string') {
    const id = value.trim();
    if (id === '') return undefined;
    return id.length <= MAX_ID_LENGTH && isSound(id) ? id : null;
  }
  // adding 0 turns -0 into 0
  return Number.isSafeInteger(value) ? String((value as number) + 0) : null;
}

/** A required id. Where it returns null it has noted why. */
export function readId(value: unknown, field: string, findings: Findings): string | null {
  const id = normalId(value);
  if (id === undefined) findings.missing(field);
  else if (id === null) findings.fail('invalid_field', field, `expected ${ID_EXPECTED}`);
  else return id;
  return null;
}

/** The required timestamp in ms since 1970: from 2000-01-01 to five minutes after the arrival. NaN with a finding otherwise. */
export function readEventTime(value: unknown, arrival: number, findings: Findings): number {
  if (isAbsent(value) || (typeof value === 'string' && value.trim() === '')) {
    findings.missing('timestamp');
    return Number.NaN;
  }
  const time = readTimestamp(value);
  if (time === null || time < EARLIEST) {
    const expected = 'expected seconds or milliseconds since 1970 or ISO text, not before 2000-01-01';
    findings.fail('invalid_timestamp', 'timestamp', expected);
    return Number.NaN;
  }
  if (time > arrival + LATEST_AFTER_ARRIVAL) {
    findings.fail('future_timestamp', 'timestamp', 'expected a time at most 5 minutes after the arrival');
    return Number.NaN;
  }
  return time;
}

export const isScore = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 300 && (value as number) <= 850;

/** An optional text, trimmed; blank is null. */
export function optionalText(value: unknown, field: string, findings: Findings, max = MAX_TEXT_LENGTH): string | null {
  if (isAbsent(value)) return null;
  if (typeof value === 'string') {
    const text = value.trim();
    if (text === '') return null;
    if (text.length <= max && isSound(text)) return text;
  }
  findings.drop(field, `text of at most ${max} characters`);
  return null;
}

/** An optional number from `min` to `max`, both included. */
export function optionalNumber(
  value: unknown,
  field: string,
  findings: Findings,
  min = 0,
  max = Number.MAX_VALUE,
): number | null {
  if (isAbsent(value)) return null;
  if (typeof value === 'number' && value >= min && value <= max) return value + 0;
  findings.drop(field, max === Number.MAX_VALUE ? `a number of at least ${min}` : `a number from ${min} to ${max}`);
  return null;
}

export function optionalBoolean(value: unknown, field: string, findings: Findings): boolean | null {
  if (isAbsent(value)) return null;
  if (typeof value === 'boolean') return value;
  findings.drop(field, 'true or false');
  return null;
}
