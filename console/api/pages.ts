import { CATALOGUE, type Chart, type Measure, measure, type Page, type View } from '../../bi/catalogue/index.ts';
import type { Statement, Table } from '../../lambdas/adapters/warehouse-reader.ts';
import { type Context, dimensionInfo } from './context.ts';
import { scopeOf } from './cursors.ts';
import { canFold, figures, folded, groups, groupsShown, notFilteredBy } from './queries.ts';
import { snapshot } from './reading.ts';
import { listing, listingOf, ROWS_OF_A_PAGE, rowsOfTable, tableData } from './tables.ts';
import type { ChartData, Figure, Filters, MeasureInfo, PageResponse } from './types.ts';

/** Pages by the last part of their path. */
export const PAGES: Readonly<Record<string, Page>> = Object.fromEntries(
  CATALOGUE.pages.map((page) => [page.id.replaceAll('_', '-'), page]),
);

export const chartOf = (id: string): Chart | undefined =>
  CATALOGUE.pages.flatMap(({ charts }) => charts).find((chart) => chart.id === id);

const isFigure = ({ kind }: Chart): boolean => kind === 'number' || kind === 'gauge';

/** Everything that a page shows, of one snapshot. */
export async function pageResponse(context: Context, page: Page, filters: Filters): Promise<PageResponse> {
  const ofFigures = page.charts.filter(isFigure);
  const tables = page.charts.filter(({ kind }) => kind === 'table');
  const pictures = page.charts.filter((chart) => !isFigure(chart) && chart.kind !== 'table');
  const asked = asks(ofFigures, pictures, filters);
  const { standing, tables: found } = await snapshot(context.deps, [
    ...asked.map(({ statement }) => statement),
    ...tables.map((chart) => listing(listingOf(chart), filters, null, rowsOfTable(chart))),
  ]);
  const answers = asked.map((one, i) => one.read(found[i] as Table));
  const values = new Map(answers.flatMap(({ pairs }) => pairs));
  const rows = new Map(answers.flatMap(({ charts }) => charts));
  return {
    standing,
    filters,
    page: { id: page.id, title: page.title, slicers: page.slicers },
    figures: ofFigures.map((chart) => figure(chart, values, filters)),
    charts: pictures.map((chart) => chartData(chart, { rows: rows.get(chart) ?? [] }, filters)),
    tables: tables.map((chart, i) =>
      tableData(
        chart,
        found[asked.length + i] as Table,
        filters,
        rowsOfTable(chart, ROWS_OF_A_PAGE),
        context.mask,
        (places) => context.cursors.write(places, scopeOf(chart.id, filters)),
      ),
    ),
  };
}

type Rows = Pick<Table, 'rows'>;

/** A statement, and what its answer tells of figures and charts. */
interface Ask {
  readonly statement: Statement;
  readonly read: (found: Table) => {
    readonly pairs: readonly (readonly [id: string, Pair])[];
    readonly charts: readonly (readonly [Chart, Table['rows']])[];
  };
}

/** What is asked of each view for its figures and charts: one scan where several can be made of the same sums. */
function asks(ofFigures: readonly Chart[], pictures: readonly Chart[], filters: Filters): Ask[] {
  return [...new Set([...ofFigures, ...pictures].map(({ view }) => view))].flatMap((view) => {
    const ids = new Set(ofFigures.filter((one) => one.view === view).flatMap(({ measures }) => measures));
    const measures = [...ids].map((id) => measure(CATALOGUE, id));
    const charts = pictures.filter((one) => one.view === view);
    const together = charts.filter(canFold);
    // The period before has days that the charts do not have.
    const inside = filters.previous === null ? measures : [];
    if (together.length === 0 || together.length + Math.min(1, inside.length) < 2)
      return [...figuresAlone(view, measures, filters), ...charts.map((chart) => chartAlone(chart, filters))];
    return [
      ...figuresAlone(view, filters.previous === null ? [] : measures, filters),
      foldedAsk(view, inside, together, filters),
      ...charts.filter((chart) => !canFold(chart)).map((chart) => chartAlone(chart, filters)),
    ];
  });
}

const figuresAlone = (view: View, measures: readonly Measure[], filters: Filters): Ask[] =>
  measures.length === 0
    ? []
    : [
        {
          statement: figures(view, measures, filters),
          read: (found) => ({ pairs: pairsOf(measures, found), charts: [] }),
        },
      ];

const chartAlone = (chart: Chart, filters: Filters): Ask => ({
  statement: groups(chart, filters),
  read: ({ rows }) => ({ pairs: [], charts: [[chart, rows]] }),
});

const foldedAsk = (view: View, measures: readonly Measure[], charts: readonly Chart[], filters: Filters): Ask => ({
  statement: folded(view, measures, charts, filters),
  read({ rows: [row] }) {
    const [ofFigures, ...ofCharts] = row as readonly Table['rows'][];
    return {
      pairs: pairsOf(measures, { rows: ofFigures as Table['rows'] }),
      charts: charts.map((chart, i) => [chart, ofCharts[i] as Table['rows']]),
    };
  },
});

type Pair = readonly [value: number | null, previous: number | null];

/** What {@link figures} found, by the measures' ids. */
export const pairsOf = (measures: readonly Measure[], found: Rows): (readonly [id: string, Pair])[] =>
  measures.map(({ id }, at) => [id, pair(found, at)] as const);

const pair = ({ rows }: Rows, at: number): Pair => [number(rows[0]?.[2 * at]), number(rows[0]?.[2 * at + 1])];

const number = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));

function figure(chart: Chart, values: ReadonlyMap<string, Pair>, filters: Filters): Figure {
  const id = chart.measures[0] as string;
  const [value, previous] = values.get(id) ?? [null, null];
  const info = measureInfo(id);
  return {
    id: chart.id,
    title: chart.title,
    description: chart.description,
    kind: chart.kind === 'gauge' ? 'gauge' : 'number',
    measure: info,
    value,
    previous,
    change: change(info, value, previous),
    range: chart.range ?? null,
    not_filtered_by: notFilteredBy(chart.view, filters),
  };
}

/** Of a share the difference, else how much more or less in proportion. */
function change({ unit }: MeasureInfo, value: number | null, previous: number | null): number | null {
  if (value === null || previous === null) return null;
  if (unit === 'share') return value - previous;
  return previous === 0 ? null : (value - previous) / previous;
}

export function measureInfo(id: string): MeasureInfo {
  const { title, unit, decimals, description, owner, better } = measure(CATALOGUE, id);
  return { id, title, unit, decimals, description, owner, better };
}

export function chartData(chart: Chart, { rows }: Rows, filters: Filters): ChartData {
  const dimensions = chart.by.map(dimensionInfo);
  const most = groupsShown(chart);
  const shown = rows.slice(0, most).map((row) => ({
    by: row
      .slice(0, dimensions.length)
      .map((value) => (typeof value === 'boolean' || typeof value === 'number' ? value : String(value))),
    values: row.slice(dimensions.length).map(number),
  }));
  return {
    id: chart.id,
    title: chart.title,
    description: chart.description,
    kind: chart.kind as ChartData['kind'],
    dimensions,
    measures: chart.measures.map(measureInfo),
    rows: chart.limit === undefined ? inOrder(shown, dimensions) : shown,
    truncated: rows.length > most,
    not_filtered_by: notFilteredBy(chart.view, filters),
  };
}

/** Values that the catalogue lists come in its order; PostgreSQL has sorted all others. */
function inOrder(rows: ChartData['rows'], dimensions: ChartData['dimensions']): ChartData['rows'] {
  const places = dimensions.map(({ values, kind }) =>
    kind === 'text' && values !== null ? new Map(values.map((value, i) => [value, i])) : null,
  );
  const compare = (a: ChartData['rows'][number], b: ChartData['rows'][number]): number => {
    for (const [i, place] of places.entries()) {
      const [left, right] = [a.by[i], b.by[i]];
      if (left === right) continue;
      if (place !== null) {
        const difference = (place.get(String(left)) ?? 99) - (place.get(String(right)) ?? 99);
        if (difference !== 0) return difference;
      }
      if (typeof left === 'number' && typeof right === 'number') return left - right;
      return String(left) < String(right) ? -1 : 1;
    }
    return 0;
  };
  return [...rows].sort(compare);
}
