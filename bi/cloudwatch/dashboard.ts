import { type Board, type Choice, fill, type Signal, type Widget } from '../catalogue/board-types.ts';

/** Three beside each other on the grid of 24 columns. */
const WIDTH = 8;
const HEIGHT = 6;
const COLUMNS = 24;
const PERIOD_SECONDS = 300;

/** What a stage puts into a board: what it has chosen, and the names that its resources have. */
export interface StageOfBoard {
  readonly region: string;
  readonly choices: ReadonlySet<Choice>;
  nameOf(place: string): string;
}

/** Body of a CloudWatch dashboard, as PutDashboard takes it. */
export interface DashboardBody {
  readonly periodOverride: 'inherit';
  readonly widgets: readonly object[];
}

/** @throws Error of `nameOf` for a place that the stage has no name for */
export function dashboardBody(board: Board, stage: StageOfBoard): DashboardBody {
  const widgets: object[] = [];
  let y = 0;
  for (const section of board.sections) {
    const shown = section.widgets.filter(({ only }) => only === undefined || stage.choices.has(only));
    if (shown.length === 0) continue;
    widgets.push({ type: 'text', x: 0, y, width: COLUMNS, height: 1, properties: { markdown: `## ${section.title}` } });
    y += 1;
    for (const [i, widget] of shown.entries()) {
      const x = (i * WIDTH) % COLUMNS;
      widgets.push({
        type: 'metric',
        x,
        y: y + Math.floor((i * WIDTH) / COLUMNS) * HEIGHT,
        width: WIDTH,
        height: HEIGHT,
        properties: properties(widget, stage),
      });
    }
    y += Math.ceil((shown.length * WIDTH) / COLUMNS) * HEIGHT;
  }
  return { periodOverride: 'inherit', widgets };
}

function properties(widget: Widget, stage: StageOfBoard): object {
  const { title, kind, unit, signals, expressions = [], line } = widget;
  return {
    title,
    region: stage.region,
    view: 'timeSeries',
    stacked: kind === 'stacked',
    period: PERIOD_SECONDS,
    metrics: [
      ...signals.map((signal, i) => metric(signal, `m${i + 1}`, expressions.length === 0, stage)),
      ...expressions.map(({ expression, label }, i) => [{ expression, label, id: `e${i + 1}` }]),
    ],
    yAxis: { left: { min: 0, label: unit, showUnits: false } },
    ...(line === undefined ? {} : { annotations: { horizontal: [{ value: line.at, label: line.label }] } }),
  };
}

function metric(signal: Signal, id: string, visible: boolean, stage: StageOfBoard): readonly unknown[] {
  const { namespace, metric: name, statistic, label } = signal;
  const dimensions = Object.entries(signal.dimensions).map(
    ([key, value]) => [key, fill(value, (place) => stage.nameOf(place))] as const,
  );
  if (dimensions.some(([, value]) => value === '*')) {
    const schema = [namespace, ...dimensions.map(([key]) => key)].join(',');
    const fixed = dimensions.filter(([, value]) => value !== '*').map(([key, value]) => ` ${key}="${value}"`);
    const expression = `SEARCH('{${schema}} MetricName="${name}"${fixed.join('')}', '${statistic}', ${PERIOD_SECONDS})`;
    return [{ expression, id, visible }];
  }
  return [namespace, name, ...dimensions.flat(), { stat: statistic, label, id, visible }];
}
