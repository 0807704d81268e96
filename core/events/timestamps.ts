import { MAX_TEXT_LENGTH } from '../contract/streams.ts';

/** Numbers below this are seconds since 1970, others milliseconds (100,000,000,000 s is the year 5138). */
const SECONDS_BELOW = 1e11;

/** The contract's form of a timestamp as text, for people; {@link TEXT} is the same for the machine. */
export const TIMESTAMP_FORM = 'YYYY-MM-DDTHH:MM[:SS[.f…]][Z or ±HH:MM]';
const TEXT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?$/;

const MINUTE = 60_000;

/**
 * Reads a timestamp: a number (seconds or milliseconds since 1970), or text of the form {@link TIMESTAMP_FORM},
 * trimmed, without offset = UTC. Rounded to the millisecond, halves up.
 *
 * @returns ms since 1970, or null where it cannot be read; whether the time is plausible is not judged here
 */
export function readTimestamp(value: unknown): number | null {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return null;
    return Math.round(value < SECONDS_BELOW ? value * 1000 : value) + 0;
  }
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return text.length <= MAX_TEXT_LENGTH ? readText(text) : null;
}

function readText(text: string): number | null {
  const match = TEXT.exec(text);
  if (match === null) return null;
  const year = Number(match[1]);
  const month = Number(match[2]);
  const day = Number(match[3]);
  const hour = Number(match[4]);
  const minute = Number(match[5]);
  const second = match[6] === undefined ? 0 : Number(match[6]);
  if (!isDate(year, month, day) || hour > 23 || minute > 59 || second > 59) return null;
  const offset = match[8] === undefined || match[8] === 'Z' ? 0 : offsetMinutes(match[8]);
  if (offset === null) return null;
  const fraction = match[7] === undefined ? 0 : milliseconds(match[7]);
  return utc(year, month, day, hour, minute - offset, second) + fraction;
}

function isDate(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
}

function daysOf(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
}

/** Date.UTC takes the years 0–99 for 1900–1999. */
function utc(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
  if (year >= 100) return Date.UTC(year, month - 1, day, hour, minute, second);
  // 400 years are a whole cycle of the calendar: 146,097 days
  return Date.UTC(year + 400, month - 1, day, hour, minute, second) - 146_097 * 24 * 60 * MINUTE;
}

/** `+05:30` → 330; null where there is no such offset */
function offsetMinutes(text: string): number | null {
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(4, 6));
  if (hours > 23 || minutes > 59) return null;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** The digits after the point of a second, rounded half up: `9995` → 1000 */
function milliseconds(digits: string): number {
  const whole = Number(digits.slice(0, 3).padEnd(3, '0'));
  return digits.length > 3 && digits.charCodeAt(3) >= 0x35 ? whole + 1 : whole;
}
