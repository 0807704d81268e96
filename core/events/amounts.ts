import { MAX_TEXT_LENGTH } from '../contract/streams.ts';

const DECIMAL = /^\d+(?:\.\d{1,2})?$/;

/**
 * Reads an amount of money: a JSON number as JavaScript reads it, or decimal text (not trimmed, no sign, no exponent),
 * with at most 2 decimals, above 0 and up to the ceiling.
 *
 * @param ceiling integer cents
 * @returns integer cents, or null where it is no such amount
 */
export function readCents(value: unknown, ceiling: number): number | null {
  const cents =
    typeof value === 'number' ? centsOfNumber(value) : typeof value === 'string' ? centsOfText(value) : null;
  return cents !== null && cents > 0 && cents <= ceiling ? cents : null;
}

function centsOfNumber(value: number): number | null {
  const cents = Math.round(value * 100);
  return cents / 100 === value ? cents : null;
}

function centsOfText(text: string): number | null {
  if (text.length > MAX_TEXT_LENGTH || !DECIMAL.test(text)) return null;
  const point = text.indexOf('.');
  if (point < 0) return Number(text) * 100;
  // whole and fraction apart: no binary fraction ever arises
  return Number(text.slice(0, point)) * 100 + Number(text.slice(point + 1).padEnd(2, '0'));
}

/** What an amount must be, for people. */
export const amountExpected = (ceiling: number): string =>
  `a number or decimal text with at most 2 decimals, above 0 and up to ${(ceiling / 100).toFixed(2)}`;
