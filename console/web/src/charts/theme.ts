/** The colours of the page, read from its style sheet: one place says what they are, for light and for dark. */
export interface Theme {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly panel: string;
  readonly decal: string;
  readonly font: string;
  readonly fraud: string;
  readonly colours: Readonly<Record<string, string>>;
  readonly series: readonly string[];
}

export function themeNow(): Theme {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    text: read('text'),
    muted: read('muted'),
    line: read('line'),
    panel: read('panel'),
    decal: read('decal'),
    font: getComputedStyle(document.body).fontFamily,
    fraud: read('fraud'),
    colours: {
      High: read('risk-high'),
      Medium: read('risk-medium'),
      Low: read('risk-low'),
      'Not scored': read('other'),
      Approved: read('good-fill'),
      'Under Review': read('series-1'),
      Rejected: read('risk-high'),
      critical: read('fraud'),
      review: read('risk-medium'),
      notice: read('series-1'),
      Unknown: read('other'),
    },
    series: [1, 2, 3, 4, 5, 6].map((i) => read(`series-${i}`)),
  };
}

/** Patterns beside colours, in the order of series: nobody has to tell two colours apart. */
export const DECALS = [
  { symbol: 'none' },
  { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4 },
  {
    symbol: 'circle',
    dashArrayX: [
      [6, 6],
      [0, 6, 6, 0],
    ],
    dashArrayY: [6, 0],
    symbolSize: 0.5,
  },
  { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [1, 5], rotation: Math.PI / 4 },
  { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [3, 3], rotation: 0 },
  {
    symbol: 'triangle',
    dashArrayX: [
      [9, 9],
      [0, 9, 9, 0],
    ],
    dashArrayY: [9, 2],
    symbolSize: 0.7,
  },
] as const;
export const DASHES = ['solid', 'dashed', 'dotted'] as const;

/** Red is for fraud alone, and fraud is red. */
export function colourOf(theme: Theme, dimension: string | null, value: string, at: number): string {
  if (dimension === 'is_fraud') return value === 'true' ? theme.fraud : (theme.series[0] ?? theme.text);
  if (dimension === null && /flagged|fraud|confirmed/.test(value)) return theme.fraud;
  return theme.colours[value] ?? theme.series[at % theme.series.length] ?? theme.text;
}
