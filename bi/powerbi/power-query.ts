/** Names of the parameters that say where the warehouse is, and of the function that makes moments UTC. */
export const PARAMETERS = { Server: 'localhost:5432', Database: 'credit_risk' } as const;
export const UTC = 'Utc';

const text = (value: string): string => `"${value.replaceAll('"', '""')}"`;
const list = (values: readonly string[]): string => `{${values.map(text).join(', ')}}`;
const field = (name: string): string => (/^\w+$/.test(name) ? name : `#${text(name)}`);
const SOURCE = 'Source = PostgreSQL.Database(Server, Database)';
/** The one way in which queries name a view and its columns: the reader of references looks for it. */
const selected = (view: string, columns: readonly string[]): string =>
  `Table.SelectColumns(Source{[Schema = "bi", Item = ${text(view)}]}[Data], ${list(columns)})`;

const letIn = (steps: readonly string[], result: string): readonly string[] => [
  'let',
  ...steps.map((step, i) => `\t${step}${i < steps.length - 1 ? ',' : ''}`),
  'in',
  `\t${result}`,
];

/**
 * Rows of a view.
 *
 * @param moments columns whose moments are made UTC, which Power BI would show in the zone of whoever refreshes; none
 *   where the rows are asked for when they are shown, since such a query must become SQL as a whole
 */
export function viewRows(view: string, columns: readonly string[], moments: readonly string[]): readonly string[] {
  const rows = `Rows = ${selected(view, columns)}`;
  if (moments.length === 0) return letIn([SOURCE, rows], 'Rows');
  const each = moments.map((column) => `{${text(column)}, ${UTC}, type datetime}`).join(', ');
  return letIn([SOURCE, rows, `InUtc = Table.TransformColumns(Rows, {${each}})`], 'InUtc');
}

/**
 * The values that a dimension has in any of the views. The model takes values that differ in case or in blanks at
 * their end for the same, and refuses a table of dimensions that has one twice.
 */
export function dimensionRows(
  name: string,
  places: readonly (readonly [view: string, column: string])[],
): readonly string[] {
  const each = places.map(([view, column], i) => `In${i + 1} = Table.Distinct(${selected(view, [column])})[${column}]`);
  return letIn(
    [
      SOURCE,
      ...each,
      `All = List.Combine({${places.map((_, i) => `In${i + 1}`).join(', ')}})`,
      'Values = List.Distinct(List.Transform(All, Text.TrimEnd), Comparer.OrdinalIgnoreCase)',
      `Rows = Table.FromColumns({Values}, type table [${field(name)} = text])`,
    ],
    'Rows',
  );
}

/** Rows that are known beforehand, in their order. */
export function writtenRows(
  columns: Readonly<Record<string, string>>,
  rows: readonly (readonly (string | number | boolean)[])[],
): readonly string[] {
  const types = Object.entries(columns).map(([name, type]) => `${field(name)} = ${type}`);
  const written = rows.map(
    (row) => `{${row.map((value) => (typeof value === 'string' ? text(value) : value)).join(', ')}}`,
  );
  return letIn([`Rows = #table(type table [${types.join(', ')}], {${written.join(', ')}})`], 'Rows');
}
