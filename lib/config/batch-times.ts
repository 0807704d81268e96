import { Cron } from 'croner';
import { crontabOf, rateMinutes } from '../../core/contract/crontab.ts';

const MS = 60_000;
const DAY_MS = 86_400_000;
/** A day that starts a month and a year: what comes in the two months after it is what comes always. */
const FROM = new Date('2027-01-01T00:00:00Z');
const DAYS = 62;

/**
 * The longest time between two starts of a schedule, in minutes.
 *
 * @returns null for a schedule that EventBridge would refuse, or that does not start again within two months
 */
export function longestInterval(expression: string): number | null {
  const rate = rateMinutes(expression);
  if (rate !== null) return rate;
  const crontab = crontabOf(expression);
  if (crontab === null) return null;
  let times: Cron;
  try {
    times = new Cron(crontab, { timezone: 'Etc/UTC', paused: true, sloppyRanges: true });
  } catch {
    return null;
  }
  const end = FROM.getTime() + DAYS * DAY_MS;
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
