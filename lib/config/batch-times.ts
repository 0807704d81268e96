import { Cron } from 'croner';
import { crontabOf } from '../../core/contract/crontab.ts';

const MINUTES = { minute: 1, hour: 60, day: 1440 } as const;
const MS = 60_000;
/** A day that starts a month and a year: what comes in the two months after it is what comes always. */
const FROM = new Date('2027-01-01T00:00:00Z');
const DAYS = 62;

/**
 * The longest time between two starts of a schedule, in minutes.
 *
 * @returns null for a schedule that EventBridge would refuse, or that does not start again within two months
 */
export function longestInterval(expression: string): number | null {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate !== null) return Number(rate[1]) * MINUTES[rate[2] as keyof typeof MINUTES];
  const crontab = crontabOf(expression);
  if (crontab === null) return null;
  let times: Cron;
  try {
    times = new Cron(crontab, { timezone: 'Etc/UTC', paused: true, sloppyRanges: true });
  } catch {
    return null;
  }
  const end = FROM.getTime() + DAYS * MINUTES.day * MS;
  let longest = 0;
  let last = times.nextRun(FROM);
  while (last !== null && last.getTime() < end) {
    const next = times.nextRun(last);
    if (next === null) return null;
    longest = Math.max(longest, (next.getTime() - last.getTime()) / MS);
    last = next;
  }
  return longest === 0 ? null : longest;
}
