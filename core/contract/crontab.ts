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
