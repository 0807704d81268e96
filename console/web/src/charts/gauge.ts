import type { Figure } from '../../../api/types.ts';
import { measureText } from '../format.ts';
import { base, type Mark, type Option } from './options.ts';
import type { Theme } from './theme.ts';

/** A figure on its scale, which is parted where the marks are: the worst part first. */
export function gaugeOption(
  { value, range, measure }: Figure,
  theme: Theme,
  still: boolean,
  marks: readonly Mark[],
): Option {
  const [from, to] = range ?? [0, 1];
  const part = (at: number): number => (at - from) / (to - from);
  const [low, high] = [theme.colours['Low'], theme.colours['High']];
  const edges = marks
    .map(({ at }) => part(at))
    .filter((at) => at > 0 && at < 1)
    .sort((a, b) => a - b);
  const bands = [...edges, 1].map((at, i, all) => [
    at,
    i === 0 && all.length > 1 ? high : i === all.length - 1 ? low : theme.colours['Medium'],
  ]);
  return {
    ...base(theme, still),
    series: [
      {
        type: 'gauge',
        min: from,
        max: to,
        startAngle: 200,
        endAngle: -20,
        radius: '96%',
        center: ['50%', '60%'],
        axisLine: { lineStyle: { width: 12, color: bands } },
        pointer: { width: 4, length: '62%', itemStyle: { color: theme.text } },
        axisTick: { show: false },
        splitLine: { show: false },
        axisLabel: { show: false },
        detail: {
          formatter: () => measureText(value, measure),
          color: theme.text,
          fontSize: 26,
          offsetCenter: [0, '38%'],
        },
        data: value === null ? [] : [{ value }],
      },
    ],
  };
}
