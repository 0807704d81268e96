import {
  CATALOGUE,
  type Chart,
  columnOf,
  columnsOfMeasure,
  dimension,
  type Measure,
  measure,
  type View,
} from '../../bi/catalogue/index.ts';
import type { Statement } from '../../lambdas/adapters/warehouse-reader.ts';
import type { Filters } from './types.ts';

/**
 * Statements upon the views of schema bi, made of the catalogue. Names come from the catalogue and from this room alone;
 * whatever a reader gave is bound.
 */

/** Collects the values that a statement binds, and gives the place of each. */
export class Bound {
  readonly values: (string | number | boolean | null)[] = [];

  add(value: string | number | boolean | null, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }
}

/** A name as it stands in a statement. @throws Error when it is none: the catalogue is wrong then */
export function named(name: string): string {
  if (!/^[a-z_][a-z0-9_]*$/.test(name)) throw new Error(`Not a name of a column or view: ${name}`);
  return `"${name}"`;
}

export const from = (view: View): string => `bi.${named(view)}`;

/** Views of single rows have an index on a time, which a comparison of days would not use. */
const TIMES: Readonly<Partial<Record<View, string>>> = {
  applications: 'event_time',
  transactions: 'event_time',
  fraud_alerts: 'event_time',
  data_quality_issues: 'arrival',
  job_runs: 'started',
  reconciliations: 'at',
};

/** @returns the test of the days, or null where the view has none or no days were given */
function days(view: View, first: string | null, last: string | null, bound: Bound): string | null {
  const time = TIMES[view];
  const date = dimension(CATALOGUE, 'date').columns[view];
  const tests: string[] = [];
  if (time !== undefined) {
    if (first !== null) tests.push(`${named(time)} >= ${bound.add(`${first}T00:00:00Z`, 'timestamptz')}`);
    if (last !== null)
      tests.push(`${named(time)} < ${bound.add(`${last}T00:00:00Z`, 'timestamptz')} + interval '24 hours'`);
  } else if (date !== undefined) {
    if (first !== null) tests.push(`${named(date)} >= ${bound.add(first, 'date')}`);
    if (last !== null) tests.push(`${named(date)} <= ${bound.add(last, 'date')}`);
  }
  return tests.length === 0 ? null : tests.join(' and ');
}

/** The tests of all filters but the days. */
function cuts(view: View, filters: Filters, bound: Bound): string[] {
  return Object.entries(filters.values).flatMap(([id, value]) => {
    const { columns, kind } = dimension(CATALOGUE, id);
    const column = columns[view];
    if (column === undefined) return [];
    return [
      `${named(column)} = ${kind === 'flag' ? bound.add(value === 'true', 'boolean') : bound.add(value, 'text')}`,
    ];
  });
}

/** Everything that the filters ask of a view, as `where …` or nothing. */
export function where(view: View, filters: Filters, bound: Bound, more: readonly string[] = []): string {
  const range = days(view, filters.from, filters.to, bound);
  const tests = [...(range === null ? [] : [range]), ...cuts(view, filters, bound), ...more];
  return tests.length === 0 ? '' : `where ${tests.join(' and ')}`;
}

/** The filters that were given and do not cut the view: whoever shows a figure must say so. */
export function notFilteredBy(view: View, filters: Filters): string[] {
  const given = [...(filters.from === null && filters.to === null ? [] : ['date']), ...Object.keys(filters.values)];
  return given.filter((id) => dimension(CATALOGUE, id).columns[view] === undefined);
}

/** A measure over the rows of a group that pass `test`. */
function expression({ value }: Measure, test: string | null): string {
  const only = test === null ? '' : ` filter (where ${test})`;
  const sum = (column: string): string => `sum(${named(column)})${only}`;
  if ('sum' in value) return `coalesce(${sum(value.sum)}, 0)::double precision`;
  const [of, to] = value.quotient;
  return `${sum(of)}::double precision / nullif(${sum(to)}, 0)::double precision`;
}

/**
 * Figures of one view, each with that of the period before: one row, `v0`, `p0`, `v1`, `p1` … in the order of the
 * measures. One scan, since a page shows several figures of one view.
 */
export function figures(view: View, measures: readonly Measure[], filters: Filters): Statement {
  const bound = new Bound();
  const { previous } = filters;
  const now = previous === null ? null : days(view, filters.from, filters.to, bound);
  const before = previous === null ? null : days(view, previous.from, previous.to, bound);
  const columns = measures.flatMap((one, i) => [
    `${expression(one, now)} as v${i}`,
    `${before === null ? 'null::double precision' : expression(one, before)} as p${i}`,
  ]);
  const whole = previous === null || now === null ? filters : { ...filters, from: previous.from };
  return { text: `select ${columns.join(', ')} from ${from(view)} ${where(view, whole, bound)}`, values: bound.values };
}

/** More groups than that are no picture. */
const MOST_GROUPS = 5_000;

export const groupsShown = (chart: Chart): number => chart.limit ?? MOST_GROUPS;

/** A day as text: its driver would make a moment of it, in the zone of the machine. */
const axis = (id: string, view: View): string => {
  const column = named(columnOf(CATALOGUE, id, view));
  return dimension(CATALOGUE, id).kind === 'date' ? `${column}::text` : column;
};

/** The groups of a chart: its dimensions, then its measures; one more than is shown, to know that there are more. */
export function groups(chart: Chart, filters: Filters): Statement {
  const bound = new Bound();
  return { text: groupsOf(chart, from(chart.view), where(chart.view, filters, bound), bound), values: bound.values };
}

/** All groups of a chart, also those for which a picture has no room. */
export function allGroups(chart: Chart, filters: Filters): Statement {
  const bound = new Bound();
  const tests = where(chart.view, filters, bound);
  return { text: everyGroupOf(chart, from(chart.view), tests), values: bound.values };
}

/** Days are grouped as days, and become text when few are left: to write each row's day takes longer than to sum it up. */
function everyGroupOf(chart: Chart, source: string, tests: string): string {
  const keys = chart.by.map((id) => named(columnOf(CATALOGUE, id, chart.view))).join(', ');
  const by = chart.by.map((id, i) => `${axis(id, chart.view)} as d${i}`);
  const values = chart.measures.map((id, i) => `${expression(measure(CATALOGUE, id), null)} as v${i}`);
  // The greatest of many, else in the order of the axis.
  const order = chart.limit === undefined ? keys : `v0 desc nulls last, ${keys}`;
  return `select ${[...by, ...values].join(', ')} from ${source} ${tests} group by ${keys} order by ${order}`;
}

const groupsOf = (chart: Chart, source: string, tests: string, bound: Bound): string =>
  `${everyGroupOf(chart, source, tests)} limit ${bound.add(groupsShown(chart) + 1, 'integer')}`;

/** A moment is not the same text in JSON; and with the many values of a limited chart there would be no fewer sums than rows. */
export const canFold = ({ by, limit }: Chart): boolean =>
  limit === undefined && by.every((id) => dimension(CATALOGUE, id).kind !== 'time');

/**
 * Figures and charts of one view in one scan: it is summed up by all their dimensions together, and each is made of
 * those few sums. One row, with a list of rows for the figures and for each chart, as {@link figures} and
 * {@link groups} give them.
 *
 * @param measures of the figures; there is no period before, whose days the charts do not have
 */
export function folded(
  view: View,
  measures: readonly Measure[],
  charts: readonly Chart[],
  filters: Filters,
): Statement {
  const bound = new Bound();
  const all = [...measures, ...charts.flatMap((chart) => chart.measures.map((id) => measure(CATALOGUE, id)))];
  const keys = new Set(charts.flatMap(({ by }) => by.map((id) => named(columnOf(CATALOGUE, id, view)))));
  const sums = new Set(all.flatMap(columnsOfMeasure).map(named));
  const columns = [...keys, ...[...sums].map((name) => `sum(${name}) as ${name}`)].join(', ');
  const cells = `select ${columns} from ${from(view)} ${where(view, filters, bound)} group by ${[...keys].join(', ')}`;
  const ofFigures = measures.flatMap((one) => [expression(one, null), 'null']).join(', ');
  const lists = charts.map((chart) => {
    const row = [...chart.by.map((_, i) => `d${i}`), ...chart.measures.map((_, i) => `v${i}`)].join(', ');
    const rows = groupsOf(chart, 'cells', '', bound);
    return `(select coalesce(json_agg(json_build_array(${row})), '[]') from (${rows}) as shown)`;
  });
  const first =
    ofFigures === '' ? `'[]'::json` : `(select json_build_array(json_build_array(${ofFigures})) from cells)`;
  const parts = [first, ...lists];
  return {
    text: `with cells as materialized (${cells}) select ${parts.map((part, i) => `${part} as r${i}`).join(', ')}`,
    values: bound.values,
  };
}

/** The values of a dimension that the data has. */
export function valuesOf(id: string): Statement | null {
  const view = VALUES_IN[id];
  if (view === undefined) return null;
  const column = named(columnOf(CATALOGUE, id, view));
  return { text: `select distinct ${column} as value from ${from(view)} order by 1 limit 1000` };
}

/** Where the values are found of dimensions for which the catalogue does not list them. */
const VALUES_IN: Readonly<Record<string, View>> = {
  region: 'application_days',
  location: 'transaction_days',
  rule: 'rule_days',
  check_type: 'data_quality_days',
  job: 'job_runs',
};
