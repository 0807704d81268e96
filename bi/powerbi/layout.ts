import type { Chart } from '../catalogue/index.ts';

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const PAGE_WIDTH = 1280;
const GAP = 16;
const SLICER_HEIGHT = 72;
/** Of twelve columns. */
const SPANS: Readonly<Partial<Record<Chart['kind'], number>>> = { number: 3, table: 12 };
const SPAN = 4;
const HEIGHTS: Readonly<Partial<Record<Chart['kind'], number>>> = { number: 128, table: 304 };
const HEIGHT = 288;

/** Slicers at the top, charts in rows below, each row as wide as the page. */
export function laidOut(
  slicers: number,
  charts: readonly Chart['kind'][],
): { readonly slicers: readonly Place[]; readonly charts: readonly Place[]; readonly height: number } {
  const places: Place[] = [];
  let y = GAP + (slicers > 0 ? SLICER_HEIGHT + GAP : 0);
  for (const row of rowsOf(charts)) {
    const height = Math.max(...row.map((kind) => HEIGHTS[kind] ?? HEIGHT));
    places.push(...beside(row.map(spanOf), y, height));
    y += height + GAP;
  }
  return { slicers: beside(Array<number>(slicers).fill(1), GAP, SLICER_HEIGHT), charts: places, height: y };
}

const spanOf = (kind: Chart['kind']): number => SPANS[kind] ?? SPAN;

function rowsOf(charts: readonly Chart['kind'][]): readonly (readonly Chart['kind'][])[] {
  const rows: Chart['kind'][][] = [];
  let used = 0;
  for (const kind of charts) {
    if (rows.length === 0 || used + spanOf(kind) > 12) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push(kind);
    used += spanOf(kind);
  }
  return rows;
}

/** Places beside each other, as wide as their spans are to the whole. */
function beside(spans: readonly number[], y: number, height: number): readonly Place[] {
  const whole = spans.reduce((sum, span) => sum + span, 0);
  const free = PAGE_WIDTH - GAP * (spans.length + 1);
  let before = 0;
  return spans.map((span, i) => {
    const from = Math.round((free * before) / whole);
    before += span;
    return { x: GAP * (i + 1) + from, y, width: Math.round((free * before) / whole) - from, height };
  });
}
