import { type Catalogue, columnsOfMeasure, columnsRead, type Dimension, type View, VIEWS } from '../catalogue/index.ts';
import { DATA_TYPES, type DataType, type Kind, kindOf } from './column-types.ts';
import { dimensionRows, viewRows, writtenRows } from './power-query.ts';

export interface Column {
  readonly name: string;
  /** column of the rows that the partition reads */
  readonly source: string;
  readonly dataType: DataType;
  readonly format?: string;
  readonly description?: string;
  readonly hidden?: boolean;
  readonly key?: boolean;
  readonly sortBy?: string;
}

export interface ModelMeasure {
  readonly name: string;
  readonly expression: string;
  readonly format: string;
  readonly description: string;
}

export interface Table {
  readonly name: string;
  readonly description: string;
  readonly columns: readonly Column[];
  readonly measures: readonly ModelMeasure[];
  readonly mode: 'import' | 'directQuery' | 'dual';
  /** the rows, in Power Query */
  readonly query: readonly string[];
  readonly isDates?: boolean;
}

/** Many rows of `from` to one of `to`. */
export interface Relationship {
  readonly from: readonly [table: string, column: string];
  readonly to: readonly [table: string, column: string];
}

export interface Model {
  readonly tables: readonly Table[];
  readonly relationships: readonly Relationship[];
}

/** The view of days, which is the dimension `date`. */
export const DATES = 'dates';
/** Alerts are disposed of all day: they are asked for when they are looked at, everything else is as of the refresh. */
const LIVE: View = 'fraud_alerts';
/** What tells a row from the others where one column does; the limit of a table counts these. */
export const KEYS: Readonly<Partial<Record<View, string>>> = {
  applications: 'application_id',
  transactions: 'transaction_id',
  fraud_alerts: 'alert_id',
  data_quality_issues: 'id',
};

const FORMATS: Readonly<Partial<Record<Kind, string>>> = {
  integer: '0',
  decimal: '#,0.00',
  day: 'yyyy-mm-dd',
  moment: 'yyyy-mm-dd hh:nn:ss',
};
const UNITS: Readonly<Record<'count' | 'money' | 'share' | 'points' | 'seconds', readonly [string, string]>> = {
  count: ['#,0', ''],
  money: ['\\$#,0', ''],
  share: ['0', '%'],
  points: ['#,0', ''],
  seconds: ['#,0', ' \\s'],
};

/** A dimension that pages are cut by has a table of its own, so that one slicer cuts all that has the dimension. */
export const isTable = (catalogue: Catalogue, { id }: Dimension): boolean =>
  id !== 'date' && catalogue.pages.some(({ slicers }) => slicers.includes(id));

/** The column of a dimension's table that people see, and the one that views refer to. A flag is seen as words. */
export const shownColumn = ({ title }: Dimension): string => title;
export const keyColumn = ({ id, kind, title }: Dimension): string => (kind === 'flag' ? id : title);
/** What the two values of a flag are called. */
export const FLAGGED = 'Flagged';
const NORMAL = 'Normal';

/** The name of a view's column in the model. A part of a measure is set apart: no column may be called as a measure. */
export function columnName(catalogue: Catalogue, view: View, column: string): string {
  return isPart(catalogue, view, column) ? `${column}_part` : column;
}

export function modelOf(catalogue: Catalogue): Model {
  const read = viewsRead(catalogue);
  const dimensions = catalogue.dimensions.filter((dimension) => isTable(catalogue, dimension));
  const relationships = [...read].flatMap(([view, columns]) =>
    catalogue.dimensions.flatMap((dimension): readonly Relationship[] => {
      const column = dimension.columns[view];
      if (view === DATES || column === undefined || !columns.includes(column)) return [];
      const from = [view, columnName(catalogue, view, column)] as const;
      if (dimension.id === 'date') return [{ from, to: [DATES, 'date'] }];
      return isTable(catalogue, dimension) ? [{ from, to: [dimension.id, keyColumn(dimension)] }] : [];
    }),
  );
  return {
    tables: [
      ...[...read].map(([view, columns]) => viewTable(catalogue, view, columns)),
      ...dimensions.map((dimension) => dimensionTable(dimension, read)),
    ],
    relationships,
  };
}

/** Each view that is shown, with the columns that are: what no visual shows is not taken out of the database. */
function viewsRead(catalogue: Catalogue): ReadonlyMap<View, readonly string[]> {
  const read = new Map([...columnsRead(catalogue)].map(([view, columns]) => [view, new Set(columns)]));
  for (const measure of catalogue.measures)
    for (const column of columnsOfMeasure(measure)) read.get(measure.view)?.add(column);
  for (const [view, key] of Object.entries(KEYS)) read.get(view as View)?.add(key);
  read.set(DATES, new Set(['date', 'day', 'month', 'quarter', 'year']));
  return new Map(VIEWS.filter((view) => read.has(view)).map((view) => [view, [...(read.get(view) ?? [])].sort()]));
}

function viewTable(catalogue: Catalogue, view: View, columns: readonly string[]): Table {
  const kinds = columns.map((column) => [column, kindOf(view, column)] as const);
  const mode = view === LIVE ? 'directQuery' : view === DATES ? 'dual' : 'import';
  const moments = mode === 'import' ? kinds.filter(([, kind]) => kind === 'moment').map(([column]) => column) : [];
  const shown = new Set(shownColumns(catalogue, view));
  return {
    name: view,
    description: `The view bi.${view}, as far as reports show it.`,
    columns: kinds.map(([column, kind]): Column => {
      const format = FORMATS[kind];
      const description = catalogue.dimensions.find((dimension) => dimension.columns[view] === column)?.description;
      return {
        name: columnName(catalogue, view, column),
        source: column,
        dataType: DATA_TYPES[kind],
        ...(format === undefined ? {} : { format }),
        ...(description === undefined ? {} : { description }),
        hidden: view !== DATES && !shown.has(column),
        key: view === DATES && column === 'date',
      };
    }),
    measures: catalogue.measures
      .filter((measure) => measure.view === view)
      .map((measure) => ({
        name: measure.title,
        expression: expression(catalogue, measure),
        format: formatOf(measure),
        description: `${measure.description} Owner: ${measure.owner}.`,
      })),
    mode,
    query: viewRows(view, columns, moments),
    isDates: view === DATES,
  };
}

function dimensionTable(dimension: Dimension, read: ReadonlyMap<View, readonly string[]>): Table {
  const { id, kind, values, description, columns } = dimension;
  const shown = shownColumn(dimension);
  const table = { name: id, description, measures: [], mode: 'import' } as const;
  const order: Column = { name: 'order', source: 'order', dataType: 'int64', format: '0', hidden: true };
  if (kind === 'flag')
    return {
      ...table,
      columns: [
        { name: id, source: id, dataType: 'boolean', hidden: true },
        { name: shown, source: shown, dataType: 'string', description, sortBy: order.name },
        order,
      ],
      query: writtenRows({ [id]: 'logical', [shown]: 'text', order: 'Int64.Type' }, [
        [true, FLAGGED, 1],
        [false, NORMAL, 2],
      ]),
    };
  if (values !== undefined)
    return {
      ...table,
      columns: [{ name: shown, source: shown, dataType: 'string', description, sortBy: order.name }, order],
      query: writtenRows(
        { [shown]: 'text', order: 'Int64.Type' },
        values.map((value, i) => [value, i + 1]),
      ),
    };
  const places = [...read].flatMap(([view, of]) => {
    const column = columns[view];
    return column !== undefined && of.includes(column) ? [[view, column] as const] : [];
  });
  return {
    ...table,
    columns: [{ name: shown, source: shown, dataType: 'string', description }],
    query: dimensionRows(shown, places),
  };
}

/** Columns that a visual shows as they are, or that take a dimension's place where it has no table. */
function shownColumns(catalogue: Catalogue, view: View): readonly string[] {
  const charts = catalogue.pages.flatMap((page) => page.charts).filter((chart) => chart.view === view);
  const axes = catalogue.dimensions
    .filter((dimension) => dimension.id !== 'date' && !isTable(catalogue, dimension))
    .flatMap(({ columns }) => columns[view] ?? []);
  return [...charts.flatMap(({ columns = [], tooltip = [] }) => [...columns, ...tooltip]), ...axes];
}

/** Whether a column is nothing but a part of measures. */
function isPart(catalogue: Catalogue, view: View, column: string): boolean {
  const parts = catalogue.measures.filter((measure) => measure.view === view).flatMap(columnsOfMeasure);
  return parts.includes(column) && !shownColumns(catalogue, view).includes(column);
}

function expression(catalogue: Catalogue, { view, value }: Catalogue['measures'][number]): string {
  const sum = (column: string) => `SUM('${view}'[${columnName(catalogue, view, column)}])`;
  return 'sum' in value ? sum(value.sum) : `DIVIDE(${value.quotient.map(sum).join(', ')})`;
}

function formatOf({ unit, decimals }: Catalogue['measures'][number]): string {
  const [whole, after] = UNITS[unit];
  return `${whole}${decimals > 0 ? `.${'0'.repeat(decimals)}` : ''}${after}`;
}
