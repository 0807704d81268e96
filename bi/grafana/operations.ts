import {
  MetricEditorMode,
  MetricQueryType,
  MetricsQueryBuilder,
  QueryMode,
} from '@grafana/grafana-foundation-sdk/cloudwatch';
import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  StackingConfigBuilder,
  StackingMode,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type Dashboard,
  DashboardBuilder,
  DatasourceVariableBuilder,
  RowBuilder,
  TextBoxVariableBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { type Board, fill, placesOf, type Widget } from '../catalogue/board-types.ts';
import { laidOut, RED } from './layout.ts';

const SOURCE = { type: 'cloudwatch', uid: '${source}' };
const UNITS: Readonly<Record<Widget['unit'], string>> = {
  count: 'short',
  seconds: 's',
  milliseconds: 'ms',
  percent: 'percent',
  bytes: 'bytes',
};

/** A place is a variable of the dashboard; `function:detect-fraud` becomes `function_detect_fraud`. */
const variable = (place: string): string => place.replaceAll(/[^a-z0-9]+/gi, '_');

/** The board as Grafana shows it from CloudWatch: whoever opens it names the resources of the stage at its top. */
export function operationsDashboard(board: Board): Dashboard {
  const dashboard = new DashboardBuilder(`Credit risk: ${board.title.toLowerCase()}`)
    .uid(`credit-risk-${board.id}`)
    .tags(['credit-risk', 'cloudwatch'])
    .time({ from: 'now-6h', to: 'now' })
    .timezone('utc')
    .refresh('30s')
    .withVariable(new DatasourceVariableBuilder('source').label('CloudWatch').type('cloudwatch'));
  for (const place of placesOf(board))
    dashboard.withVariable(new TextBoxVariableBuilder(variable(place)).label(place.replace(':', ' ')));
  laidOut(
    board.sections.map(({ title, widgets }) => ({ row: new RowBuilder(title), panels: widgets.map(panel) })),
    dashboard,
  );
  return dashboard.build();
}

function panel({ title, kind, unit, signals, expressions = [], line, only }: Widget): PanelBuilder {
  const built = new PanelBuilder().title(title).datasource(SOURCE).unit(UNITS[unit]).min(0);
  if (only !== undefined) built.description(`Where the stage has ${only}.`);
  if (kind === 'stacked') built.stacking(new StackingConfigBuilder().mode(StackingMode.Normal)).fillOpacity(30);
  for (const [i, { namespace, metric, dimensions, statistic, label }] of signals.entries())
    built.withTarget(
      query(`m${i + 1}`, label)
        .namespace(namespace)
        .metricName(metric)
        .dimensions(
          Object.fromEntries(
            Object.entries(dimensions).map(([key, value]) => [key, fill(value, (place) => `\${${variable(place)}}`)]),
          ),
        )
        .matchExact(true)
        .statistic(statistic)
        .metricEditorMode(MetricEditorMode.Builder)
        .hide(expressions.length > 0),
    );
  for (const [i, { expression, label }] of expressions.entries())
    built.withTarget(
      query(`e${i + 1}`, label)
        .expression(expression)
        .metricEditorMode(MetricEditorMode.Code),
    );
  if (line !== undefined)
    built
      .thresholds(
        new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
          { value: null, color: 'green' },
          { value: line.at, color: RED },
        ]),
      )
      .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Line));
  return built;
}

const query = (id: string, label: string): MetricsQueryBuilder =>
  new MetricsQueryBuilder()
    .id(id)
    .refId(id)
    .label(label)
    .region('default')
    .period('300')
    .queryMode(QueryMode.Metrics)
    .metricQueryType(MetricQueryType.Search);
