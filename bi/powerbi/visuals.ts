import { type Catalogue, type Chart, dimension } from '../catalogue/index.ts';
import { RED } from '../grafana/layout.ts';
import {
  columnField,
  dimensionField,
  expressionOf,
  type Field,
  literal,
  measureField,
  projection,
  quoted,
} from './fields.ts';
import { topFilter } from './filters.ts';
import { FLAGGED, KEYS } from './model.ts';
import { heading } from './names.ts';

/** What a visual is, without its place on a page. */
export interface Visual {
  readonly name: string;
  readonly visual: object;
  readonly filterConfig?: object;
}

const TYPES: Readonly<Record<Chart['kind'], string>> = {
  number: 'card',
  gauge: 'gauge',
  line: 'lineChart',
  bar: 'clusteredColumnChart',
  'stacked-bar': 'columnChart',
  donut: 'donutChart',
  histogram: 'clusteredColumnChart',
  table: 'tableEx',
};

/** Name of the page that is a chart's tooltip. */
export const tooltipPage = ({ id }: Pick<Chart, 'id'>): string => `tooltip_${id}`;

export function chartVisual(catalogue: Catalogue, chart: Chart): Visual {
  const figures = chart.measures.map((id) => measureField(catalogue, id));
  const axes = chart.by.map((id) => dimensionField(catalogue, id, chart.view));
  const columns = (chart.columns ?? []).map((column) => columnField(catalogue, chart.view, column, heading(column)));
  const sort = sortOf(catalogue, chart, axes, figures);
  const filter = limitOf(catalogue, chart, axes, figures);
  const formats = formatsOf(chart, axes);
  return {
    name: chart.id,
    visual: {
      visualType: TYPES[chart.kind],
      query: {
        queryState: Object.fromEntries(
          roles(chart.kind, axes, figures, columns)
            .filter(([, fields]) => fields.length > 0)
            .map(([role, fields]) => [role, { projections: fields.map(projection) }]),
        ),
        ...(sort === undefined ? {} : { sortDefinition: { sort: [sort] } }),
      },
      ...(Object.keys(formats).length === 0 ? {} : { objects: formats }),
      visualContainerObjects: container(chart.title, chart.description, chart.tooltip && tooltipPage(chart)),
      drillFilterOtherVisuals: true,
    },
    ...(filter === undefined ? {} : { filterConfig: { filters: [filter] } }),
  };
}

/** A range of days, or a list of values to choose from. */
export function slicerVisual(catalogue: Catalogue, id: string, view: Chart['view']): Visual {
  const { title, description, kind } = dimension(catalogue, id);
  const mode = kind === 'date' ? 'Between' : 'Dropdown';
  return {
    name: `slicer_${id}`,
    visual: {
      visualType: 'slicer',
      query: { queryState: { Values: { projections: [projection(dimensionField(catalogue, id, view))] } } },
      objects: {
        data: [{ properties: { mode: literal.text(mode) } }],
        header: [{ properties: { show: literal.flag(true), text: literal.text(title) } }],
      },
      visualContainerObjects: { general: [{ properties: { altText: literal.text(description) } }] },
      drillFilterOtherVisuals: true,
    },
  };
}

/** What a chart's tooltip shows of the row under the pointer. */
export function tooltipVisual(catalogue: Catalogue, chart: Chart): Visual {
  const fields = (chart.tooltip ?? []).map((column) => columnField(catalogue, chart.view, column, heading(column)));
  return {
    name: 'row',
    visual: {
      visualType: 'tableEx',
      query: { queryState: { Values: { projections: fields.map(projection) } } },
      objects: { total: [{ properties: { totals: literal.flag(false) } }] },
      visualContainerObjects: container(chart.title, chart.description, undefined),
      drillFilterOtherVisuals: true,
    },
  };
}

type Roles = readonly (readonly [role: string, fields: readonly Field[]])[];

function roles(
  kind: Chart['kind'],
  axes: readonly Field[],
  figures: readonly Field[],
  columns: readonly Field[],
): Roles {
  if (kind === 'table') return [['Values', columns]];
  if (kind === 'number') return [['Values', figures]];
  return [
    ['Category', axes.slice(0, 1)],
    ['Series', axes.slice(1)],
    ['Y', figures],
  ];
}

/** As the catalogue says; else what has an order of its own in that order, and what has none by how much it is. */
function sortOf(catalogue: Catalogue, chart: Chart, axes: readonly Field[], figures: readonly Field[]) {
  const direction = (descending: boolean) => (descending ? 'Descending' : 'Ascending');
  if (chart.sort !== undefined) {
    const { column, descending } = chart.sort;
    const field = expressionOf(columnField(catalogue, chart.view, column, column));
    return { field, direction: direction(descending) };
  }
  const [axis] = axes;
  const [figure] = figures;
  if (axis === undefined || figure === undefined) return undefined;
  const { kind, values } = dimension(catalogue, chart.by[0] ?? '');
  const hasOrder = kind !== 'text' || values !== undefined;
  return { field: expressionOf(hasOrder ? axis : figure), direction: direction(!hasOrder) };
}

/** A limit counts what tells rows apart: the key of the view, or else what the table is sorted by. */
function limitOf(catalogue: Catalogue, chart: Chart, axes: readonly Field[], figures: readonly Field[]) {
  const { id, view, limit, sort } = chart;
  if (limit === undefined) return undefined;
  const [axis] = axes;
  const [figure] = figures;
  if (axis !== undefined && figure !== undefined) return topFilter(`top_${id}`, axis, figure, limit);
  if (sort === undefined) throw new Error(`The chart ${id} has a limit and no order: which rows does it leave?`);
  const key = columnField(catalogue, view, KEYS[view] ?? sort.column, '');
  return topFilter(`top_${id}`, key, columnField(catalogue, view, sort.column, ''), limit, sort.descending);
}

function formatsOf({ kind, range, by }: Chart, axes: readonly Field[]): object {
  if (kind === 'number')
    return {
      // whole figures, not thousands and millions
      labels: [{ properties: { labelDisplayUnits: literal.number(1) } }],
      categoryLabels: [{ properties: { show: literal.flag(false) } }],
    };
  if (kind === 'table') return { total: [{ properties: { totals: literal.flag(false) } }] };
  if (kind === 'gauge' && range !== undefined) {
    const [min, max] = range;
    return { axis: [{ properties: { min: literal.number(min), max: literal.number(max) } }] };
  }
  // classes as wide as they are: one without applications leaves a gap
  if (kind === 'histogram') return { categoryAxis: [{ properties: { axisType: literal.text('Scalar') } }] };
  const flag = axes[by.indexOf('is_fraud')];
  return flag === undefined ? {} : { dataPoint: [fraudInRed(flag)] };
}

function fraudInRed(flag: Field): object {
  const isFlagged = {
    Comparison: { ComparisonKind: 0, Left: expressionOf(flag), Right: { Literal: { Value: quoted(FLAGGED) } } },
  };
  return { properties: { fill: literal.colour(RED) }, selector: { data: [{ scopeId: isFlagged }] } };
}

function container(title: string, description: string, tooltip: string | undefined): object {
  return {
    title: [{ properties: { show: literal.flag(true), text: literal.text(title) } }],
    general: [{ properties: { altText: literal.text(description) } }],
    ...(tooltip === undefined
      ? {}
      : {
          visualTooltip: [
            {
              properties: {
                show: literal.flag(true),
                type: literal.text('Canvas'),
                section: literal.text(tooltip),
              },
            },
          ],
        }),
  };
}
