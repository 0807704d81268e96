import type { Cell, ColumnInfo, MeasureInfo } from '../../api/types.ts';

/** Numbers and times as the reader's language writes them; always UTC, since days of the warehouse are. */
const number = (options: Intl.NumberFormatOptions): ((value: number) => string) => {
  const format = new Intl.NumberFormat(undefined, options);
  return (value) => format.format(value);
};
const time = (options: Intl.DateTimeFormatOptions): ((value: Date) => string) => {
  const format = new Intl.DateTimeFormat(undefined, { timeZone: 'UTC', ...options });
  return (value) => format.format(value);
};

export const NOTHING = '–';
export const count = number({ maximumFractionDigits: 0 });
export const plain = number({ maximumFractionDigits: 4 });
export const money = number({ minimumFractionDigits: 2, maximumFractionDigits: 2 });
const compact = number({ notation: 'compact', maximumFractionDigits: 1 });
const percentAxis = number({ style: 'percent', maximumFractionDigits: 1 });

const day = time({ year: 'numeric', month: 'short', day: '2-digit' });
const shortDay = time({ month: 'short', day: 'numeric' });
const moment = time({
  year: 'numeric',
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const second = time({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const hour = time({ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

const shown = (text: string, format: (value: Date) => string): string => {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : format(date);
};

export const dayText = (text: string): string => shown(text, day);
export const shortDayText = (text: string): string => shown(text, shortDay);
export const hourText = (text: string): string => shown(text, hour);
export const momentText = (text: string): string => shown(text, moment);
export const clockText = (text: string): string => shown(text, second);

const percents = new Map<number, (value: number) => string>();
function percent(decimals: number): (value: number) => string {
  const known = percents.get(decimals);
  if (known !== undefined) return known;
  const made = number({ style: 'percent', minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  percents.set(decimals, made);
  return made;
}

type Shape = Pick<MeasureInfo, 'unit' | 'decimals'>;

export function measureText(value: number | null, { unit, decimals }: Shape): string {
  if (value === null) return NOTHING;
  if (unit === 'share') return percent(decimals)(value);
  if (unit === 'seconds') return durationText(value);
  return number({ minimumFractionDigits: decimals, maximumFractionDigits: decimals })(value);
}

export function axisText(value: number, { unit }: Shape): string {
  return unit === 'share' ? percentAxis(value) : compact(value);
}

/** `12 s`, `3 min 05 s`, `2 h 10 min`, `4 d 03 h`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, seconds);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  if (whole < 60) return `${plain(Math.round(whole * 10) / 10)} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3_600)} h ${two((whole % 3_600) / 60)} min`;
  return `${Math.floor(whole / 86_400)} d ${two((whole % 86_400) / 3_600)} h`;
}

/** How long ago, of the two times that one answer brought. */
export const ageText = (from: string, now: string): string =>
  durationText((Date.parse(now) - Date.parse(from)) / 1_000);

/** `+1.2 points` of a share, `−4.0 %` of all else. */
export function changeText(change: number, { unit }: Shape): string {
  const sign = change > 0 ? '+' : change < 0 ? '−' : '±';
  const size = Math.abs(change);
  return unit === 'share'
    ? `${sign}${number({ minimumFractionDigits: 1, maximumFractionDigits: 2 })(size * 100)} points`
    : `${sign}${percent(1)(size)}`;
}

export function cellText(value: Cell, kind: ColumnInfo['kind']): string {
  if (value === null || value === '') return NOTHING;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'number') return kind === 'money' ? money(value) : plain(value);
  if (kind === 'time') return momentText(value);
  if (kind === 'date') return dayText(value);
  return value;
}
