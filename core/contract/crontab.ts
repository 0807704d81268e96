const MINUTES = { minute: 1, hour: 60, day: 1440 } as const;

/** The minutes of a `rate(…)` of EventBridge; null for what is none. */
export function rateMinutes(expression: string): number | null {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  return rate === null ? null : Number(rate[1]) * MINUTES[rate[2] as keyof typeof MINUTES];
}

/**
 * The fields of a `cron(…)` of EventBridge as cron has them, with seconds first; null for what is none.
 *
 * AWS wants a `?` in one of the two fields of days, and in one only.
 */
export function crontabOf(expression: string): string | null {
  const cron = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$/.exec(expression);
  if (cron === null) return null;
  const [, minute, hour, day = '', month, weekday = '', year] = cron;
  if ((day === '?') === (weekday === '?')) return null;
  return ['0', minute, hour, day, month, toZeroBased(weekday), year].join(' ').replaceAll('?', '*');
}

/** AWS counts weekdays from Sunday = 1, cron from 0; names, steps and the number after # stay. */
export const toZeroBased = (weekday: string): string =>
  weekday.replace(/(?<![#/\d])\d/g, (digit) => String(Number(digit) - 1));
