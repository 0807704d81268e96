import { kindOf, PolicyError } from '../policy/errors.ts';

const UNITS = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const LONGEST = 3650 * UNITS.d;
const SYNTAX =
  'a window such as "(t-24h, t]": round brackets leave an edge out, square ones keep it; units s, min, h, d';

/** A stretch of event time before and around `t`, the event time of the record being judged. */
export interface Window {
  /** "24h", for naming what was found in it */
  readonly length: string;
  /** first millisecond within, relative to t */
  readonly from: number;
  /** last millisecond within, relative to t: 0, or -1 where the edge is left out */
  readonly to: number;
}

/** @throws PolicyError unless the text is a length of time such as "15min" @returns milliseconds */
export function parseDuration(text: unknown, path: string): number {
  const match = typeof text === 'string' ? /^([1-9]\d*)(s|min|h|d)$/.exec(text) : null;
  const ms = match === null ? NaN : Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
  if (!(ms <= LONGEST))
    throw new PolicyError(path, `found ${kindOf(text)}; allowed is a length of time up to 3650d such as "15min"`);
  return ms;
}

/** @throws PolicyError unless the text is a window such as "(t-24h, t]" */
export function parseWindow(text: unknown, path: string): Window {
  const match = typeof text === 'string' ? /^([([])t-(\w+), ?t([)\]])$/.exec(text) : null;
  if (match === null) throw new PolicyError(path, `found ${kindOf(text)}; allowed is ${SYNTAX}`);
  const [, start, length = '', end] = match;
  const ms = parseDuration(length, path);
  // event times are whole milliseconds, so an open edge is a closed one a millisecond further in
  return { length, from: start === '(' ? 1 - ms : -ms, to: end === ')' ? -1 : 0 };
}
