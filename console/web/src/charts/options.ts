import type { ChartData } from '../../../api/types.ts';
import { axisText, measureText } from '../format.ts';
import { escapeHtml, isolated, shortened } from '../text.ts';
import { axisLabel, type Series, type Shape, valueText } from './shape.ts';
import { colourOf, DASHES, DECALS, type Theme } from './theme.ts';

/** A line across the chart: a share that is too much, the edge of a band. */
export interface Mark {
  readonly at: number;
  readonly label: string;
}

export type Option = Readonly<Record<string, unknown>>;

const MOST_LETTERS = 24;

/** What stands on a canvas is text; it is isolated, since a name may run from right to left. */
const canvasText = (text: string): string => isolated(shortened(text, MOST_LETTERS));

/** The tooltip is HTML: every text in it is escaped, and a `bdi`. */
function tooltipOf(title: string, lines: readonly (readonly [label: string, value: string])[]): string {
  const rows = lines.map(
    ([label, value]) => `<tr><th><bdi>${escapeHtml(label)}</bdi></th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<strong><bdi>${escapeHtml(title)}</bdi></strong><table class="tip">${rows.join('')}</table>`;
}

export const base = (theme: Theme, still: boolean): Option => ({
  animation: !still,
  animationDuration: 250,
  animationDurationUpdate: 250,
  textStyle: { fontFamily: theme.font, color: theme.text },
  aria: { enabled: true, label: { enabled: false }, decal: { show: false } },
});

const box = (theme: Theme): Option => ({
  confine: true,
  backgroundColor: theme.panel,
  borderColor: theme.line,
  textStyle: { color: theme.text, fontSize: 12 },
});

const legend = (theme: Theme, names: readonly string[]): Option => ({
  show: names.length > 1,
  type: 'scroll',
  top: 0,
  left: 0,
  pageIconColor: theme.text,
  pageIconInactiveColor: theme.line,
  pageTextStyle: { color: theme.muted },
  itemWidth: 16,
  itemHeight: 10,
  textStyle: { color: theme.text, fontSize: 12 },
  data: names,
});

const decalOf = (theme: Theme, at: number): Option => ({ color: theme.decal, ...DECALS[at % DECALS.length] });

export function chartOption(
  chart: ChartData,
  shape: Shape,
  theme: Theme,
  still: boolean,
  marks: readonly Mark[],
): Option {
  if (chart.kind === 'donut') return donut(shape, theme, still);
  if (chart.kind === 'histogram') return histogram(shape, theme, still, marks);
  return cartesian(chart, shape, theme, still, marks);
}

function cartesian(
  chart: ChartData,
  { axis, places, series }: Shape,
  theme: Theme,
  still: boolean,
  marks: readonly Mark[],
): Option {
  const names = series.map(({ title }) => isolated(title));
  const lying = chart.kind !== 'line' && axis.kind === 'text' && places.length > 4;
  // Two measures of another size, such as a sum beside an average, have an axis each.
  const two = new Set(series.map(({ measure }) => measure.id)).size > 1 && sizesDiffer(series);
  const lines = marks.map(({ at, label }) => ({ [lying ? 'xAxis' : 'yAxis']: at, name: label }));
  const category = {
    type: 'category',
    data: places,
    inverse: lying,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: theme.line } },
    axisLabel: {
      color: theme.muted,
      hideOverlap: !lying,
      interval: axis.kind === 'text' ? 0 : 'auto',
      formatter: (value: string) => canvasText(axisLabel(axis, value)),
    },
  };
  const value = (of: Series | undefined, at: number) => ({
    type: 'value',
    // What a mark says must be in sight, though nothing comes near it.
    ...(marks.length === 0
      ? {}
      : { max: (range: { max: number }) => Math.max(range.max * 1.1, ...marks.map((mark) => mark.at * 1.2)) }),
    ...(of?.measure.unit === 'count' ? { minInterval: 1 } : {}),
    splitNumber: 4,
    splitLine: { show: at === 0, lineStyle: { color: theme.line } },
    axisLabel: { color: theme.muted, formatter: (tick: number) => (of ? axisText(tick, of.measure) : String(tick)) },
  });
  const values = two ? [value(series[0], 0), value(series[1], 1)] : [value(series[0], 0)];
  return {
    ...base(theme, still),
    grid: { left: 8, right: two && !lying ? 8 : 16, top: names.length > 1 ? 34 : 14, bottom: 4, containLabel: true },
    legend: legend(theme, names),
    tooltip: {
      ...box(theme),
      trigger: 'axis',
      axisPointer: { type: chart.kind === 'line' ? 'line' : 'shadow' },
      formatter: (points: readonly { dataIndex: number }[]) => {
        const at = points[0]?.dataIndex ?? 0;
        const told = series.map((one) => [one.title, measureText(one.values[at] ?? null, one.measure)] as const);
        return tooltipOf(valueText(axis, places[at] ?? ''), told);
      },
    },
    [lying ? 'yAxis' : 'xAxis']: category,
    [lying ? 'xAxis' : 'yAxis']: values,
    series: series.map((one, at) => {
      const colour = colourOf(theme, one.dimension, one.key, at);
      const common = {
        name: names[at],
        data: one.values,
        [lying ? 'xAxisIndex' : 'yAxisIndex']: two ? at : 0,
        ...(at === 0 && lines.length > 0 ? { markLine: markLine(theme, lines) } : {}),
      };
      if (chart.kind === 'line')
        return {
          ...common,
          type: 'line',
          symbol: ['circle', 'rect', 'triangle', 'diamond'][at % 4],
          symbolSize: 5,
          showSymbol: places.length <= 62,
          sampling: 'lttb',
          lineStyle: { width: 2, type: DASHES[at % DASHES.length], color: colour },
          itemStyle: { color: colour },
        };
      return {
        ...common,
        type: 'bar',
        ...(chart.kind === 'stacked-bar' ? { stack: 'all' } : {}),
        barMaxWidth: 28,
        itemStyle: { color: colour, decal: decalOf(theme, at), borderColor: theme.panel, borderWidth: 0.5 },
      };
    }),
  };
}

/** A part stays on the axis of its whole, however small it is: a second axis would make it look large. */
const sizesDiffer = (series: readonly Series[]): boolean =>
  new Set(series.map(({ measure }) => measure.unit)).size > 1 ||
  new Set(series.map(({ measure }) => measure.id.startsWith('average_'))).size > 1;

const markLine = (theme: Theme, data: readonly Option[]): Option => ({
  symbol: 'none',
  silent: true,
  animation: false,
  lineStyle: { color: theme.text, type: 'dashed', width: 1 },
  label: { formatter: '{b}', position: 'insideEndTop', color: theme.text, fontSize: 11 },
  data,
});

/** Bars of ten points on a scale, so that a band's edge stands where it is: between two of them. */
function histogram({ places, series, axis }: Shape, theme: Theme, still: boolean, marks: readonly Mark[]): Option {
  const [counts] = series;
  const edges = places.map(Number);
  return {
    ...base(theme, still),
    grid: { left: 8, right: 16, top: 30, bottom: 4, containLabel: true },
    tooltip: {
      ...box(theme),
      trigger: 'item',
      formatter: ({ dataIndex }: { dataIndex: number }) =>
        tooltipOf(`${axis.title} ${valueText(axis, places[dataIndex] ?? '')}`, [
          [counts?.title ?? '', counts ? measureText(counts.values[dataIndex] ?? null, counts.measure) : ''],
        ]),
    },
    xAxis: {
      type: 'value',
      min: Math.min(300, ...edges),
      max: Math.max(850, ...edges.map((edge) => edge + 10)),
      interval: 50,
      splitLine: { show: false },
      axisLabel: { color: theme.muted },
      axisLine: { lineStyle: { color: theme.line } },
    },
    yAxis: {
      type: 'value',
      splitNumber: 4,
      splitLine: { lineStyle: { color: theme.line } },
      axisLabel: { color: theme.muted },
    },
    series: [
      {
        type: 'bar',
        barCategoryGap: '6%',
        data: edges.map((edge, i) => [edge + 5, counts?.values[i] ?? 0]),
        itemStyle: { color: theme.series[0] },
        ...(marks.length === 0
          ? {}
          : {
              markLine: {
                ...markLine(
                  theme,
                  marks.map(({ at, label }) => ({ xAxis: at, name: label })),
                ),
                label: { formatter: '{b}', position: 'end', rotate: 0, color: theme.text, fontSize: 11 },
              },
            }),
      },
    ],
  };
}

function donut({ places, series, axis }: Shape, theme: Theme, still: boolean): Option {
  const [one] = series;
  const total = one?.values.reduce<number>((sum, value) => sum + (value ?? 0), 0) ?? 0;
  const share = (value: number): string =>
    measureText(total === 0 ? null : value / total, { unit: 'share', decimals: 1 });
  return {
    ...base(theme, still),
    tooltip: {
      ...box(theme),
      trigger: 'item',
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const value = one?.values[dataIndex] ?? 0;
        return tooltipOf(valueText(axis, places[dataIndex] ?? ''), [
          [one?.title ?? '', one ? measureText(value, one.measure) : ''],
          ['Share', share(value)],
        ]);
      },
    },
    series: [
      {
        type: 'pie',
        radius: ['46%', '70%'],
        label: {
          color: theme.text,
          lineHeight: 16,
          formatter: ({ dataIndex }: { dataIndex: number }) =>
            `${canvasText(valueText(axis, places[dataIndex] ?? ''))}\n${share(one?.values[dataIndex] ?? 0)}`,
        },
        labelLine: { lineStyle: { color: theme.line } },
        data: places.map((place, at) => ({
          name: isolated(place),
          value: one?.values[at] ?? 0,
          itemStyle: {
            color: colourOf(theme, axis.id, place, at),
            decal: decalOf(theme, at),
            borderColor: theme.panel,
            borderWidth: 2,
          },
        })),
      },
    ],
  };
}
