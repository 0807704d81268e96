import { CATALOGUE, measure } from '../../bi/catalogue/index.ts';
import { rowsOf, type Table } from '../../lambdas/adapters/warehouse-reader.ts';
import { chartData, chartOf, measureInfo, pairsOf } from './pages.ts';
import { figures, groups } from './queries.ts';
import { read, type Reading, snapshot } from './reading.ts';
import type { ChartData, Filters, MeasureInfo, Standing } from './types.ts';

/** A measure of a day, with that of the day before. */
export interface SummaryFigure {
  readonly measure: MeasureInfo;
  readonly value: number | null;
  readonly previous: number | null;
}

export interface Summary {
  /** null: the warehouse has no day */
  readonly day: string | null;
  readonly standing: Standing;
  readonly figures: readonly SummaryFigure[];
  /** by the charts' ids */
  readonly charts: readonly ChartData[];
}

const FIGURES = [
  'applications',
  'approval_rate',
  'rejection_rate',
  'review_rate',
  'fraud_rate',
  'loan_amount',
  'average_score',
  'transactions',
  'flagged_transactions',
  'received',
  'invalid_rate',
  'duplicates',
  'conflicts',
  'undecided',
] as const;
/** Bands, outcomes, rules, checks. */
const CHARTS = ['risk_breakdown', 'outcomes_per_day', 'rules', 'issues_by_check'] as const;

/**
 * The figures of one day, by the same statements as the console's.
 *
 * @param day null: the latest one on which an application lies
 * @throws ConsoleError as the console's own
 */
export async function summary(deps: Reading, day: string | null): Promise<Summary> {
  const date = day ?? (await latestDay(deps));
  if (date === null) return { day: null, standing: (await snapshot(deps, [])).standing, figures: [], charts: [] };
  const before = new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10);
  const filters: Filters = { from: date, to: date, previous: { from: before, to: before }, values: {} };
  const measures = FIGURES.map((id) => measure(CATALOGUE, id));
  const views = [...new Set(measures.map(({ view }) => view))];
  const of = (view: (typeof views)[number]) => measures.filter((one) => one.view === view);
  const charts = CHARTS.flatMap((id) => chartOf(id) ?? []);
  const { standing, tables } = await snapshot(deps, [
    ...views.map((view) => figures(view, of(view), filters)),
    ...charts.map((chart) => groups(chart, filters)),
  ]);
  const pairs = new Map(views.flatMap((view, i) => pairsOf(of(view), tables[i] as Table)));
  return {
    day: date,
    standing,
    figures: FIGURES.map((id) => {
      const [value, previous] = pairs.get(id) ?? [null, null];
      return { measure: measureInfo(id), value, previous };
    }),
    charts: charts.map((chart, i) => chartData(chart, tables[views.length + i] as Table, filters)),
  };
}

async function latestDay(deps: Reading): Promise<string | null> {
  const [found] = await read(deps, [{ text: 'select max(date)::text as day from bi.application_days' }]);
  return rowsOf<{ day: string | null }>(found as Table)[0]?.day ?? null;
}
