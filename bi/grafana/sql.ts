import { type Catalogue, type Chart, columnOf, dimension, type Measure, measure } from '../catalogue/index.ts';

/**
 * The query of a chart in PostgreSQL, as Grafana runs it. The view is always `v`, so that every column can be found
 * again in the text; names come from the catalogue alone, values from Grafana’s own variables, which it quotes.
 *
 * @param slicers dimensions by which the page is cut; those that do not cut the chart's view are left out
 */
export function chartSql(catalogue: Catalogue, chart: Chart, slicers: readonly string[]): string {
  const { view, by, measures, columns = [], sort, limit, kind } = chart;
  const conditions = slicers
    .filter((id) => dimension(catalogue, id).columns[view] !== undefined)
    .map((id) => condition(catalogue, id, view));
  const where = conditions.length === 0 ? '' : `\nwhere ${conditions.join('\n  and ')}`;
  const limited = limit === undefined ? '' : `\nlimit ${limit}`;
  if (kind === 'table') {
    const order = sort === undefined ? '' : `\norder by v.${sort.column}${sort.descending ? ' desc' : ''}`;
    return `select ${columns.map((column) => `v.${column}`).join(', ')}\nfrom bi.${view} as v${where}${order}${limited}`;
  }
  const figures = measures.map((id) => measure(catalogue, id)).map((one) => [figure(one), one.title] as const);
  const overTime = isOverTime(catalogue, chart);
  const axes = by.map((id, i) => {
    const label = overTime ? (i === 0 ? 'time' : 'metric') : dimension(catalogue, id).title;
    return `${axis(catalogue, id, view)} as "${label}"`;
  });
  const selected = [...axes, ...figures.map(([text, title]) => `${text} as "${title}"`)].join(',\n  ');
  const group = by.length === 0 ? '' : `\ngroup by ${by.map((_, i) => i + 1).join(', ')}`;
  const ordered = overTime || kind === 'histogram' ? '1' : `${by.length + 1} desc`;
  const order = by.length === 0 ? '' : `\norder by ${ordered}`;
  return `select\n  ${selected}\nfrom bi.${view} as v${where}${group}${order}${limited}`;
}

/** Whether the axis of the chart is time, so that Grafana draws lines or bars over it. */
export const isOverTime = (catalogue: Catalogue, { by }: Chart): boolean =>
  by[0] !== undefined && ['date', 'time'].includes(dimension(catalogue, by[0]).kind);

function figure({ value }: Measure): string {
  if ('sum' in value) return `sum(v.${value.sum})`;
  const [of, to] = value.quotient;
  return `sum(v.${of})::numeric / nullif(sum(v.${to}), 0)`;
}

function axis(catalogue: Catalogue, id: string, view: Chart['view']): string {
  const column = `v.${columnOf(catalogue, id, view)}`;
  return dimension(catalogue, id).kind === 'flag' ? `case when ${column} then 'Flagged' else 'Normal' end` : column;
}

function condition(catalogue: Catalogue, id: string, view: Chart['view']): string {
  const { kind } = dimension(catalogue, id);
  const column = `v.${columnOf(catalogue, id, view)}`;
  if (kind === 'date') return `${column} between $__timeFrom()::date and $__timeTo()::date`;
  const chosen = `(\${${id}:sqlstring})`;
  return `('*' in ${chosen} or ${column}::text in ${chosen})`;
}
