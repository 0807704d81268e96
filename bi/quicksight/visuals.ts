import type { CfnAnalysis } from 'aws-cdk-lib/aws-quicksight';
import { type Catalogue, type Chart, columnOf, dimension, measure } from '../catalogue/index.ts';
import { RED } from '../grafana/layout.ts';
import { typeOf, wordsOf } from './columns.ts';
import { column, columnOfMeasure, dimensionField, measureField, plainField, sumField } from './fields.ts';

type Visual = CfnAnalysis.VisualProperty;
type Heading = Pick<CfnAnalysis.KPIVisualProperty, 'visualId' | 'title' | 'subtitle' | 'visualContentAltText'>;

/** The picture of a chart, and beside a table whose rows have more to tell a picture with a tooltip that tells it. */
export function visuals(catalogue: Catalogue, chart: Chart): Visual[] {
  return [visual(catalogue, chart), ...(chart.tooltip === undefined ? [] : [points(chart, chart.tooltip)])];
}

export const pointsId = ({ id }: Chart): string => `${id}-points`;

function visual(catalogue: Catalogue, chart: Chart): Visual {
  const of = parts(catalogue, chart);
  const heading = headingOf(chart.id, chart.title, chart.description);
  switch (chart.kind) {
    case 'number':
      return { kpiVisual: { ...heading, chartConfiguration: { fieldWells: { values: of.values } } } };
    case 'gauge': {
      const [min, max] = chart.range ?? [0, 1];
      return {
        gaugeChartVisual: {
          ...heading,
          chartConfiguration: {
            fieldWells: { values: of.values },
            gaugeChartOptions: { primaryValueDisplayType: 'ACTUAL', arcAxis: { range: { min, max } } },
          },
        },
      };
    }
    case 'donut':
      return {
        pieChartVisual: {
          ...heading,
          chartConfiguration: {
            fieldWells: { pieChartAggregatedFieldWells: { category: of.category, values: of.values } },
            sortConfiguration: { categorySort: of.sort },
            donutOptions: { arcOptions: { arcThickness: 'MEDIUM' } },
            tooltip: of.tooltip,
            visualPalette: of.palette,
          },
        },
      };
    case 'line':
      return {
        lineChartVisual: {
          ...heading,
          chartConfiguration: {
            type: 'LINE',
            fieldWells: {
              lineChartAggregatedFieldWells: { category: of.category, values: of.values, colors: of.colors },
            },
            sortConfiguration: { categorySort: of.sort },
            xAxisLabelOptions: of.axisLabels,
            primaryYAxisLabelOptions: of.valueLabels,
            tooltip: of.tooltip,
          },
        },
      };
    case 'table':
      return { tableVisual: { ...heading, chartConfiguration: tableOf(chart) } };
    default:
      return {
        barChartVisual: {
          ...heading,
          chartConfiguration: {
            // Classes of a scale and days stand in their order from left to right; names read better as lines.
            orientation: of.ordered ? 'VERTICAL' : 'HORIZONTAL',
            barsArrangement: chart.kind === 'stacked-bar' ? 'STACKED' : 'CLUSTERED',
            fieldWells: {
              barChartAggregatedFieldWells: { category: of.category, values: of.values, colors: of.colors },
            },
            sortConfiguration: {
              categorySort: of.sort,
              ...(chart.limit === undefined
                ? {}
                : { categoryItemsLimit: { itemsLimit: chart.limit, otherCategories: 'EXCLUDE' } }),
            },
            categoryLabelOptions: of.axisLabels,
            valueLabelOptions: of.valueLabels,
            tooltip: of.tooltip,
            visualPalette: of.palette,
          },
        },
      };
  }
}

const headingOf = (visualId: string, title: string, description: string): Heading => ({
  visualId,
  title: { visibility: 'VISIBLE', formatText: { plainText: title } },
  subtitle: { visibility: 'VISIBLE', formatText: { plainText: description } },
  visualContentAltText: `${title}. ${description}`,
});

/** What pictures of all kinds are put together from. */
function parts(catalogue: Catalogue, chart: Chart) {
  const { id, view, by } = chart;
  const measures = chart.measures.map((one) => ({ fieldId: `${id}-${one}`, of: measure(catalogue, one) }));
  const dimensions = by.map((one) => ({ fieldId: `${id}-${one}`, of: dimension(catalogue, one) }));
  const fields = dimensions.map(({ fieldId, of }) => dimensionField(catalogue, fieldId, of.id, view));
  const [axis] = dimensions;
  const ordered = axis !== undefined && ['date', 'time', 'number'].includes(axis.of.kind);
  const flags = dimensions.filter(({ of }) => of.kind === 'flag');
  return {
    ordered,
    values: measures.map(({ fieldId, of }) => measureField(fieldId, of)),
    category: fields.slice(0, 1),
    colors: fields.slice(1),
    sort: sortOf(ordered ? axis?.fieldId : measures[0]?.fieldId, ordered ? 'ASC' : 'DESC'),
    axisLabels: labels(
      dimensions
        .slice(0, 1)
        .map(({ fieldId, of }) => [fieldId, column(view, columnOf(catalogue, of.id, view)), of.title]),
    ),
    valueLabels: labels(measures.map(({ fieldId, of }) => [fieldId, columnOfMeasure(of), of.title])),
    tooltip: tooltipOf([...dimensions, ...measures].map(({ fieldId, of }) => [fieldId, of.title])),
    palette: {
      colorMap: flags.map(({ fieldId, of }) => ({
        // QuickSight wants its colours in capitals.
        color: RED.toUpperCase(),
        element: { fieldId, fieldValue: wordsOf(columnOf(catalogue, of.id, view))[0] },
      })),
    },
  };
}

const sortOf = (fieldId: string | undefined, direction: 'ASC' | 'DESC'): CfnAnalysis.FieldSortOptionsProperty[] =>
  fieldId === undefined ? [] : [{ fieldSort: { fieldId, direction } }];

const labels = (
  of: readonly (readonly [fieldId: string, column: CfnAnalysis.ColumnIdentifierProperty, title: string])[],
): CfnAnalysis.ChartAxisLabelOptionsProperty => ({
  visibility: 'VISIBLE',
  axisLabelOptions: of.map(([fieldId, named, customLabel]) => ({ customLabel, applyTo: { fieldId, column: named } })),
});

const tooltipOf = (
  fields: readonly (readonly [fieldId: string, title: string])[],
): CfnAnalysis.TooltipOptionsProperty => ({
  tooltipVisibility: 'VISIBLE',
  selectedTooltipType: 'DETAILED',
  fieldBasedTooltip: {
    aggregationVisibility: 'HIDDEN',
    tooltipTitleType: 'NONE',
    tooltipFields: fields.map(([fieldId, label]) => ({
      fieldTooltipItem: { fieldId, label, visibility: 'VISIBLE' },
    })),
  },
});

/** Rows as they are. QuickSight fetches them as a reader scrolls, so that no limit is needed. */
function tableOf({ id, view, columns = [], sort }: Chart): CfnAnalysis.TableConfigurationProperty {
  const fieldId = (name: string): string => `${id}-${name}`;
  return {
    fieldWells: {
      tableUnaggregatedFieldWells: { values: columns.map((name) => plainField(fieldId(name), view, name)) },
    },
    fieldOptions: {
      selectedFieldOptions: columns.map((name) => ({ fieldId: fieldId(name), customLabel: inWords(name) })),
    },
    ...(sort === undefined
      ? {}
      : { sortConfiguration: { rowSort: sortOf(fieldId(sort.column), sort.descending ? 'DESC' : 'ASC') } }),
  };
}

/** `event_time` → `Event time` */
export const inWords = (name: string): string => {
  const text = name.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};

const MOST_POINTS = 50;

/** Text of a row's further columns, as a calculated field of its data set. */
export const furtherField = (further: readonly string[]): { readonly name: string; readonly expression: string } => ({
  name: further.map(inWords).join(', '),
  expression: `concat(${further.map((name) => `{${name}}`).join(`, ', ', `)})`,
});

/**
 * The rows with the largest amounts, each a bar whose tooltip has the further columns. A table of QuickSight has no
 * tooltip, and a tooltip has text only of what the picture is made of: the text is therefore the colour of the bar.
 */
function points(chart: Chart, further: readonly string[]): Visual {
  const { view, title, columns = [] } = chart;
  const key = columns.find((name) => name.endsWith('_id'));
  const amount = columns.find((name) => typeOf(view, name) === 'DECIMAL');
  if (key === undefined || amount === undefined)
    throw new Error(`The table ${chart.id} needs a key and an amount, so that its tooltip has rows to point at.`);
  const fieldId = (name: string): string => `${pointsId(chart)}-${name}`;
  const text = furtherField(further).name;
  return {
    barChartVisual: {
      ...headingOf(
        pointsId(chart),
        `Largest ${title.toLowerCase()}`,
        `By ${amount}; the tooltip has ${further.map((name) => inWords(name).toLowerCase()).join(' and ')}.`,
      ),
      chartConfiguration: {
        orientation: 'HORIZONTAL',
        barsArrangement: 'STACKED',
        fieldWells: {
          barChartAggregatedFieldWells: {
            category: [{ categoricalDimensionField: { fieldId: fieldId(key), column: column(view, key) } }],
            colors: [{ categoricalDimensionField: { fieldId: fieldId('text'), column: column(view, text) } }],
            values: [sumField(fieldId(amount), view, amount)],
          },
        },
        sortConfiguration: {
          categorySort: sortOf(fieldId(amount), 'DESC'),
          categoryItemsLimit: { itemsLimit: MOST_POINTS, otherCategories: 'EXCLUDE' },
        },
        legend: { visibility: 'HIDDEN' },
        tooltip: tooltipOf([
          [fieldId(key), inWords(key)],
          [fieldId('text'), text],
          [fieldId(amount), inWords(amount)],
        ]),
      },
    },
  };
}
