import type { ChartData, DimensionInfo, MeasureInfo } from '../../../api/types.ts';
import { dayText, hourText, shortDayText } from '../format.ts';
import { words } from '../text.ts';

export interface Series {
  readonly key: string;
  readonly title: string;
  /** null: the series is a measure */
  readonly dimension: string | null;
  readonly measure: MeasureInfo;
  /** as many as there are places on the axis */
  readonly values: readonly (number | null)[];
}

/** A chart as a table of places and series, which both the canvas and its table show. */
export interface Shape {
  readonly axis: DimensionInfo;
  readonly places: readonly string[];
  readonly series: readonly Series[];
}

const DAY_MS = 86_400_000;
/** Days without a row are shown as days without anything; a range of centuries is not. */
const MOST_FILLED = 1_500;

export function shapeOf({ dimensions, measures, rows }: ChartData): Shape | null {
  const [axis, split] = dimensions;
  if (axis === undefined || rows.length === 0) return null;
  const found = [...new Set(rows.map(({ by }) => String(by[0])))];
  const places = filled(axis, found);
  const at = new Map(places.map((place, i) => [place, i]));
  const parts = split === undefined ? [null] : partsOf(split, [...new Set(rows.map(({ by }) => String(by[1])))]);
  const series = parts.flatMap((part) =>
    measures.map((measure, i) => {
      const empty = measure.unit === 'count' || measure.unit === 'money' ? 0 : null;
      const values: (number | null)[] = places.map(() => empty);
      for (const { by, values: of } of rows)
        if (part === null || String(by[1]) === part) values[at.get(String(by[0])) ?? 0] = of[i] ?? null;
      return {
        key: part ?? measure.id,
        title: part === null ? measure.title : valueText(split, part),
        dimension: part === null ? null : (split?.id ?? null),
        measure,
        values,
      };
    }),
  );
  return { axis, places, series };
}

const partsOf = ({ values }: DimensionInfo, found: readonly string[]): readonly string[] =>
  values === null
    ? found
    : [...values.filter((value) => found.includes(value)), ...found.filter((value) => !values.includes(value))];

function filled({ kind, id }: DimensionInfo, found: readonly string[]): readonly string[] {
  if (kind === 'date') {
    const first = Date.parse(found.at(0) ?? '');
    const days = (Date.parse(found.at(-1) ?? '') - first) / DAY_MS + 1;
    if (!(days > found.length && days <= MOST_FILLED)) return found;
    return Array.from({ length: days }, (_, i) => new Date(first + i * DAY_MS).toISOString().slice(0, 10));
  }
  if (id === 'score_bin') {
    const edges = found.map(Number);
    const low = Math.min(...edges);
    return Array.from({ length: (Math.max(...edges) - low) / 10 + 1 }, (_, i) => String(low + i * 10));
  }
  return found;
}

/** A value of a dimension as it is read. */
export function valueText(dimension: DimensionInfo | undefined, value: string): string {
  if (dimension === undefined) return value;
  if (dimension.kind === 'date') return dayText(value);
  if (dimension.kind === 'time') return hourText(value);
  if (dimension.id === 'is_fraud') return value === 'true' ? 'Flagged' : 'Normal';
  if (dimension.kind === 'flag') return value === 'true' ? 'Yes' : 'No';
  if (dimension.id === 'score_bin') return `${value}–${Number(value) + 9}`;
  return dimension.values !== null || /^[a-z_]+$/.test(value) ? words(value) : value;
}

export const axisLabel = (dimension: DimensionInfo, value: string): string =>
  dimension.kind === 'date' ? shortDayText(value) : valueText(dimension, value);
