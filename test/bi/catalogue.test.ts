import { describe, expect, test } from 'vitest';
import { CATALOGUE, columnsOfChart, dimension, measure, QUESTIONS } from '../../bi/catalogue/index.ts';

const charts = CATALOGUE.pages.flatMap((page) => page.charts);
const repeated = (ids: readonly string[]): readonly string[] => ids.filter((id, i) => ids.indexOf(id) !== i);

describe('the catalogue', () => {
  test('names everything once', () => {
    expect(repeated(CATALOGUE.measures.map(({ id }) => id))).toEqual([]);
    expect(repeated(CATALOGUE.measures.map(({ title }) => title))).toEqual([]);
    expect(repeated(CATALOGUE.dimensions.map(({ id }) => id))).toEqual([]);
    expect(repeated(charts.map(({ id }) => id))).toEqual([]);
  });

  test('knows every measure that a chart shows', () => {
    const shown = new Set(charts.flatMap((chart) => chart.measures));
    const unknown = [...shown].filter((id) => CATALOGUE.measures.every((one) => one.id !== id));
    expect(unknown).toEqual([]);
  });

  test('answers every question of the contract', () => {
    const answered = new Set(charts.map(({ question }) => question));
    expect(QUESTIONS.map(({ id }) => id).filter((id) => !answered.has(id))).toEqual([]);
  });

  test.each(charts.map((chart) => [chart.id, chart] as const))('the chart %s reads its own view alone', (_, chart) => {
    for (const id of chart.measures) expect(measure(CATALOGUE, id).view).toBe(chart.view);
    expect(columnsOfChart(CATALOGUE, chart).length).toBeGreaterThan(0);
    expect(chart.kind === 'table').toBe(chart.columns !== undefined);
    expect(chart.kind === 'gauge').toBe(chart.range !== undefined);
  });

  test.each(CATALOGUE.pages.map((page) => [page.id, page] as const))(
    'each slicer of %s cuts a chart of it',
    (_, page) => {
      for (const id of page.slicers)
        expect(page.charts.some((chart) => dimension(CATALOGUE, id).columns[chart.view] !== undefined)).toBe(true);
    },
  );
});
