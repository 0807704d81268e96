import type { Summary } from '../console/api/summary.ts';
import type { ChartData, MeasureInfo } from '../console/api/types.ts';
import type { Place } from './flags.ts';
import { typed } from './suggest.ts';
import { count, print, say, table } from './ui.ts';

const TOP = 10;

/** The day as tables: figures against the day before, bands, decisions, rules, checks, and how old all of it is. */
export function showSummary({ day, standing, figures, charts }: Summary, place: Place): void {
  if (day === null) {
    print('The warehouse has no application yet.');
    say(`Records come there by ${typed('batch', place)}, or all at once by npm start.`);
    return;
  }
  print(`${day} (UTC)`);
  print(
    table(
      ['', day, 'the day before'],
      figures.map(({ measure, value, previous }) => [measure.title, text(measure, value), text(measure, previous)]),
      ['left', 'right', 'right'],
    ),
  );
  for (const chart of charts) showChart(chart);
  const { as_of, last_arrival, last_run, stale } = standing;
  print(
    `\nFreshness\n${table(
      ['', ''],
      [
        ['warehouse as of', as_of ?? 'never loaded'],
        ['last record arrived', last_arrival ?? 'none'],
        ['last batch', last_run === null ? 'none' : `${last_run.id}: ${last_run.status}`],
      ],
    )}`,
  );
  const arrived = last_arrival?.slice(0, 10);
  if (arrived !== undefined && figures.some(({ measure, value }) => measure.id === 'received' && value === 0))
    print(
      `Quality is told by the day of arrival, and nothing arrived on this one: ${typed(`summary --day ${arrived}`, place)}`,
    );
  if (stale) print(`These figures are stale. ${typed('batch', place)} brings them up to date.`);
}

/** Shares of the whole stand beside the counts. */
function showChart({ title, measures, dimensions, rows }: ChartData): void {
  // Of one day the day itself says nothing.
  const shown = dimensions.map(({ id }, i) => ({ id, i })).filter(({ id }) => id !== 'date');
  const sorted = rows
    .map(({ by, values }) => ({ by: shown.map(({ i }) => String(by[i])), value: values[0] ?? 0 }))
    .filter(({ value }) => value > 0);
  if (dimensions.some(({ values }) => values === null)) sorted.sort((a, b) => b.value - a.value);
  const whole = sorted.reduce((sum, { value }) => sum + value, 0);
  print(`\n${title}`);
  if (sorted.length === 0) return print('  none');
  print(
    table(
      [...shown.map(({ i }) => dimensions[i]?.title ?? ''), measures[0]?.title ?? '', 'share'],
      sorted.slice(0, TOP).map(({ by, value }) => [...by, count(value), `${((100 * value) / whole).toFixed(1)} %`]),
      [...shown.map(() => 'left' as const), 'right', 'right'],
    ),
  );
  if (sorted.length > TOP) print(`  and ${sorted.length - TOP} more`);
  return undefined;
}

function text({ unit, decimals }: MeasureInfo, value: number | null): string {
  if (value === null) return '–';
  const [shown, suffix] = unit === 'share' ? [value * 100, ' %'] : [value, unit === 'seconds' ? ' s' : ''];
  return `${shown.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })}${suffix}`;
}
