import type { Board } from './board-types.ts';
import { BOARDS } from './boards.ts';
import { DIMENSIONS } from './dimensions.ts';
import { MEASURES } from './measures.ts';
import { PAGES } from './pages.ts';
import { type Chart, type Dimension, type Measure, type Page, QUESTIONS, type Question, VIEWS } from './types.ts';

export type { Chart, Dimension, Measure, Owner, Page, Question, QuestionId, Unit, Value, View } from './types.ts';
export { QUESTIONS, VIEWS } from './types.ts';

/** All that reports show, in one document. Every artefact of bi/generated is made of this and of nothing else. */
export interface Catalogue {
  readonly measures: readonly Measure[];
  readonly dimensions: readonly Dimension[];
  readonly pages: readonly Page[];
  readonly questions: readonly Question[];
  /** what CloudWatch shows */
  readonly boards: readonly Board[];
}

export const CATALOGUE: Catalogue = {
  measures: MEASURES,
  dimensions: DIMENSIONS,
  pages: PAGES,
  questions: QUESTIONS,
  boards: BOARDS,
};

/** @throws Error when there is no such measure */
export function measure(catalogue: Catalogue, id: string): Measure {
  const found = catalogue.measures.find((one) => one.id === id);
  if (found === undefined) throw new Error(`The catalogue has no measure ${id}.`);
  return found;
}

/** @throws Error when there is no such dimension */
export function dimension(catalogue: Catalogue, id: string): Dimension {
  const found = catalogue.dimensions.find((one) => one.id === id);
  if (found === undefined) throw new Error(`The catalogue has no dimension ${id}.`);
  return found;
}

/** @returns the column of `view` by which the dimension cuts it @throws Error when it does not */
export function columnOf(catalogue: Catalogue, id: string, view: Chart['view']): string {
  const column = dimension(catalogue, id).columns[view];
  if (column === undefined) throw new Error(`The dimension ${id} does not cut the view ${view}.`);
  return column;
}

/** The columns that a measure reads. */
export function columnsOfMeasure({ value }: Measure): readonly string[] {
  return 'sum' in value ? [value.sum] : value.quotient;
}

/** The columns of its view that a chart reads, each once, sorted. */
export function columnsOfChart(catalogue: Catalogue, chart: Chart): readonly string[] {
  const columns = [
    ...chart.measures.flatMap((id) => columnsOfMeasure(measure(catalogue, id))),
    ...chart.by.map((id) => columnOf(catalogue, id, chart.view)),
    ...(chart.columns ?? []),
    ...(chart.tooltip ?? []),
    ...(chart.sort === undefined ? [] : [chart.sort.column]),
  ];
  return [...new Set(columns)].sort();
}

/** Columns of each view that the catalogue reads: charts, and the slicers of the pages on which the view is shown. */
export function columnsRead(catalogue: Catalogue): ReadonlyMap<Chart['view'], readonly string[]> {
  const read = new Map<Chart['view'], Set<string>>();
  for (const page of catalogue.pages)
    for (const chart of page.charts) {
      const columns = read.get(chart.view) ?? new Set();
      for (const column of columnsOfChart(catalogue, chart)) columns.add(column);
      for (const slicer of page.slicers) {
        const column = dimension(catalogue, slicer).columns[chart.view];
        if (column !== undefined) columns.add(column);
      }
      read.set(chart.view, columns);
    }
  return new Map(VIEWS.filter((view) => read.has(view)).map((view) => [view, [...(read.get(view) ?? [])].sort()]));
}
