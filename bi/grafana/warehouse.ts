import { PanelBuilder as BarChart } from '@grafana/grafana-foundation-sdk/barchart';
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import {
  GraphDrawStyle,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
} from '@grafana/grafana-foundation-sdk/common';
import {
  CustomVariableBuilder,
  type Dashboard,
  DashboardBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as Gauge } from '@grafana/grafana-foundation-sdk/gauge';
import { PanelBuilder as PieChart, PieChartType } from '@grafana/grafana-foundation-sdk/piechart';
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';
import { type Catalogue, type Chart, dimension, measure, type Page, type Unit } from '../catalogue/index.ts';
import { laidOut, RED, type Row } from './layout.ts';
import { chartSql, isOverTime } from './sql.ts';

/** The SDK has no builder for PostgreSQL: its targets are written by hand. */
const SOURCE = { type: 'grafana-postgresql-datasource', uid: '${source}' };
const UNITS: Readonly<Record<Unit, string>> = {
  count: 'locale',
  money: 'currencyUSD',
  share: 'percentunit',
  points: 'none',
  seconds: 's',
};
/** `All` of a variable is this text, which Grafana puts into the query as it is. */
const ALL = "'*'";

/** One dashboard for all pages: a row a page, its slicers as variables at the top. */
export function warehouseDashboard(catalogue: Catalogue): Dashboard {
  const dashboard = new DashboardBuilder('Credit risk: warehouse')
    .uid('credit-risk-warehouse')
    .tags(['credit-risk', 'postgresql'])
    .time({ from: 'now-90d', to: 'now' })
    .timezone('utc')
    .refresh('30s')
    .withVariable(new DatasourceVariableBuilder('source').label('PostgreSQL').type(SOURCE.type));
  const slicers = [...new Set(catalogue.pages.flatMap((page) => page.slicers))].filter((id) => id !== 'date');
  for (const id of slicers) dashboard.withVariable(slicer(catalogue, id));
  laidOut(
    catalogue.pages.map(
      (page): Row => ({
        row: new RowBuilder(page.title),
        panels: page.charts.map((chart) => panel(catalogue, page, chart)),
      }),
    ),
    dashboard,
  );
  return dashboard.build();
}

function slicer(catalogue: Catalogue, id: string): Builder<VariableModel> {
  const { title, kind, values, columns } = dimension(catalogue, id);
  const known = kind === 'flag' ? ['true', 'false'] : values;
  const all = { text: 'All', value: '$__all' };
  if (known !== undefined)
    return new CustomVariableBuilder(id)
      .label(title)
      .values(known.join(','))
      .multi(true)
      .includeAll(true)
      .allValue(ALL)
      .current(all);
  const [view, column] = Object.entries(columns)[0] ?? [];
  return new QueryVariableBuilder(id)
    .label(title)
    .datasource(SOURCE)
    .query(`select distinct v.${column} from bi.${view} as v order by 1`)
    .multi(true)
    .includeAll(true)
    .allValue(ALL)
    .current(all);
}

function panel(catalogue: Catalogue, page: Page, chart: Chart): Row['panels'][number] {
  const first = chart.measures[0] === undefined ? undefined : measure(catalogue, chart.measures[0]);
  const overTime = isOverTime(catalogue, chart);
  const target: Builder<Dataquery> = {
    build: () =>
      ({
        refId: 'A',
        datasource: SOURCE,
        format: overTime ? 'time_series' : 'table',
        editorMode: 'code',
        rawQuery: true,
        rawSql: chartSql(catalogue, chart, page.slicers),
      }) as unknown as Dataquery,
  };
  const stacking = new StackingConfigBuilder().mode(StackingMode.Normal);
  const values = new ReduceDataOptionsBuilder().values(true).calcs([]);
  const built = (() => {
    switch (chart.kind) {
      case 'table':
        return new Table();
      case 'number':
        return new Stat().reduceOptions(values);
      case 'gauge':
        return new Gauge()
          .reduceOptions(values)
          .min(chart.range?.[0] ?? 0)
          .max(chart.range?.[1] ?? 1);
      case 'donut':
        return new PieChart().pieType(PieChartType.Donut).reduceOptions(values);
      case 'line':
        return new TimeSeries();
      case 'stacked-bar':
        if (overTime) return new TimeSeries().drawStyle(GraphDrawStyle.Bars).stacking(stacking).fillOpacity(80);
        return new BarChart().stacking(StackingMode.Normal);
      default:
        return new BarChart();
    }
  })();
  built.title(chart.title).description(chart.description).datasource(SOURCE).withTarget(target);
  if (first !== undefined) built.unit(UNITS[first.unit]).decimals(first.decimals);
  return built.overrideByName('Flagged', [{ id: 'color', value: { mode: 'fixed', fixedColor: RED } }]);
}
