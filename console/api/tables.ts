import { CATALOGUE, type Chart, type View } from '../../bi/catalogue/index.ts';
import type { Statement, Table } from '../../lambdas/adapters/warehouse-reader.ts';
import type { Cursor } from './cursors.ts';
import { FLAGS, MONEY, TIMES, DATES, NUMBERS } from './columns.ts';
import { isMasked, type Masker } from './masking.ts';
import { Bound, from, named, notFilteredBy, where } from './queries.ts';
import type { Cell, ColumnInfo, Filters, TableData } from './types.ts';

/** What makes a row of a view one of its kind: behind the column of the order, it makes the order whole. */
const KEYS: Readonly<Partial<Record<View, readonly string[]>>> = {
  applications: ['application_id', 'user_id'],
  transactions: ['transaction_id', 'user_id'],
  fraud_alerts: ['alert_id'],
  data_quality_issues: ['id'],
  job_runs: ['run_id', 'job', 'source', 'target'],
  reconciliations: ['run_id'],
};

/** Rows of a view in an order, from behind a row on. */
export interface Listing {
  readonly view: View;
  readonly columns: readonly string[];
  readonly sort: Chart['sort'];
}

export const listingOf = ({ view, columns = [], sort }: Chart): Listing => ({ view, columns, sort });

/** Whether one can go on behind a row: what is short is shown whole. */
export const isPaged = ({ view, sort }: Listing): boolean => sort !== undefined && KEYS[view] !== undefined;

export interface Exactly {
  readonly column: string;
  readonly value: string;
}

/** What is looked for by its id. */
export const exactly = (applicationId: string | null): Exactly[] =>
  applicationId === null ? [] : [{ column: 'application_id', value: applicationId.trim() }];

/** Of tables that are shown whole. */
const MOST_ROWS = 1_000;

/**
 * The rows; where one can go on, also `c0`, `c1` …: the place of each row in the order, as text, since a moment has more
 * digits in PostgreSQL than in JavaScript. One row more than asked for tells that there are more.
 *
 * @param limit null: all of them
 * @param exact columns that must have a value
 */
export function listing(
  of: Listing,
  filters: Filters,
  cursor: Cursor | null,
  limit: number | null,
  exact: readonly Exactly[] = [],
): Statement {
  const bound = new Bound();
  const { view, sort } = of;
  const columns = of.columns.map((name) => (DATES.has(name) ? `${named(name)}::text as ${named(name)}` : named(name)));
  const order = orderOf(of);
  const direction = sort?.descending === true ? 'desc' : 'asc';
  const paged = isPaged(of);
  const places = paged ? order.map((name, i) => `${named(name)}::text as c${i}`) : [];
  const more =
    cursor === null || !paged
      ? []
      : [
          `(${order.map(named).join(', ')}) ${direction === 'desc' ? '<' : '>'} (${order
            .map((name, i) => bound.add(cursor[i] ?? '', TIMES.has(name) ? 'timestamptz' : 'text'))
            .join(', ')})`,
        ];
  const tests = where(view, filters, bound, [
    ...more,
    ...exact.map(({ column, value }) => `${named(column)} = ${bound.add(value, 'text')}`),
  ]);
  const by = order.length === 0 ? '' : `order by ${order.map((name) => `${named(name)} ${direction}`).join(', ')}`;
  const most = limit === null ? '' : `limit ${bound.add(limit + 1, 'integer')}`;
  return {
    text: `select ${[...columns, ...places].join(', ')} from ${from(view)} ${tests} ${by} ${most}`,
    values: bound.values,
  };
}

const orderOf = ({ view, sort }: Listing): readonly string[] =>
  sort === undefined ? [] : [sort.column, ...(KEYS[view] ?? [])];

/** @returns the rows to show, and where the next ones begin */
export function page(of: Listing, { rows }: Table, limit: number, write: (places: Cursor) => string) {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: shown.map((row) => row.slice(0, of.columns.length)),
    next_cursor:
      rows.length > limit && last !== undefined && isPaged(of)
        ? write(last.slice(of.columns.length).map(String))
        : null,
  };
}

/** `status` cuts one view as the state of an alert and another as that of a run: a name of several dimensions is none. */
function titleOf(view: View, name: string): string | undefined {
  const cutting = CATALOGUE.dimensions.find(({ columns }) => columns[view] === name);
  const [one, ...others] = CATALOGUE.dimensions.filter(({ columns }) => Object.values(columns).includes(name));
  return (cutting ?? (others.length === 0 ? one : undefined))?.title;
}

export function columnInfo(view: View, name: string, mask: Masker): ColumnInfo {
  const words = name.replaceAll('_', ' ');
  const title = titleOf(view, name) ?? words.charAt(0).toUpperCase() + words.slice(1);
  const kind = FLAGS.has(name)
    ? 'flag'
    : MONEY.has(name)
      ? 'money'
      : TIMES.has(name)
        ? 'time'
        : DATES.has(name)
          ? 'date'
          : NUMBERS.has(name)
            ? 'number'
            : 'text';
  return { name, title, kind, masked: mask.masks && isMasked(name) };
}

/** A value as it is shown: numbers as numbers, also those that PostgreSQL gives as text; ids of people by role. */
export function cell(name: string, value: unknown, mask: Masker): Cell {
  if (value === null || value === undefined) return null;
  if (isMasked(name)) return mask.of(name, String(value));
  if (MONEY.has(name) || NUMBERS.has(name)) return Number(value);
  return typeof value === 'boolean' || typeof value === 'number' ? value : String(value);
}

/** How many rows of a table a page brings. */
export const ROWS_OF_A_PAGE = 50;

export const rowsOfTable = (chart: Chart, limit = ROWS_OF_A_PAGE): number =>
  isPaged(listingOf(chart)) ? limit : MOST_ROWS;

export function tableData(
  chart: Chart,
  found: Table,
  filters: Filters,
  limit: number,
  mask: Masker,
  write: (places: Cursor) => string,
): TableData {
  const of = listingOf(chart);
  const { rows, next_cursor } = page(of, found, limit, write);
  return {
    id: chart.id,
    title: chart.title,
    description: chart.description,
    columns: of.columns.map((name) => columnInfo(chart.view, name, mask)),
    rows: rows.map((row) => row.map((value, i) => cell(of.columns[i] as string, value, mask))),
    next_cursor,
    not_filtered_by: notFilteredBy(chart.view, filters),
    export: exportPath(chart.id, filters),
  };
}

/** @param searched the id that is looked for */
export function exportPath(id: string, filters: Filters, searched: string | null = null): string {
  const query = new URLSearchParams(filters.values);
  if (searched !== null) query.set('application_id', searched);
  if (filters.from !== null) query.set('from', filters.from);
  if (filters.to !== null) query.set('to', filters.to);
  const text = query.toString();
  return `/api/export/${id}.csv${text === '' ? '' : `?${text}`}`;
}
