import type { CfnAnalysis } from 'aws-cdk-lib/aws-quicksight';
import { type Catalogue, columnOf, dimension, type Measure, type Unit, type View } from '../catalogue/index.ts';
import { typeOf } from './columns.ts';

type Column = CfnAnalysis.ColumnIdentifierProperty;
type NumberFormat = CfnAnalysis.NumericFormatConfigurationProperty;

export const column = (view: View, columnName: string): Column => ({ dataSetIdentifier: view, columnName });

/** A quotient is a calculated field of the analysis under the measure's title; a sum needs none. */
export const columnOfMeasure = ({ view, value, title }: Measure): Column =>
  column(view, 'sum' in value ? value.sum : title);

export const expressionOf = ([of, to]: readonly [string, string]): string => `sum({${of}}) / sum({${to}})`;

export const measureField = (fieldId: string, measure: Measure): CfnAnalysis.MeasureFieldProperty => ({
  numericalMeasureField: {
    fieldId,
    column: columnOfMeasure(measure),
    // A calculated field adds up by itself.
    ...('sum' in measure.value ? { aggregationFunction: { simpleNumericalAggregation: 'SUM' } } : {}),
    formatConfiguration: { formatConfiguration: formatOf(measure.unit, measure.decimals) },
  },
});

/** The sum of a column that is money. */
export const sumField = (fieldId: string, view: View, name: string): CfnAnalysis.MeasureFieldProperty => ({
  numericalMeasureField: {
    fieldId,
    column: column(view, name),
    aggregationFunction: { simpleNumericalAggregation: 'SUM' },
    formatConfiguration: { formatConfiguration: formatOf('money', 2) },
  },
});

export function dimensionField(
  catalogue: Catalogue,
  fieldId: string,
  id: string,
  view: View,
): CfnAnalysis.DimensionFieldProperty {
  const of = column(view, columnOf(catalogue, id, view));
  switch (dimension(catalogue, id).kind) {
    case 'date':
      return { dateDimensionField: { fieldId, column: of, dateGranularity: 'DAY' } };
    case 'time':
      return { dateDimensionField: { fieldId, column: of, dateGranularity: 'HOUR' } };
    case 'number':
      return { numericalDimensionField: { fieldId, column: of } };
    default:
      return { categoricalDimensionField: { fieldId, column: of } };
  }
}

/** A column of a table as it is, with as many digits as its kind needs. */
export function plainField(fieldId: string, view: View, name: string): CfnAnalysis.UnaggregatedFieldProperty {
  const field = { fieldId, column: column(view, name) };
  switch (typeOf(view, name)) {
    case 'DATETIME':
      return {
        ...field,
        formatConfiguration: { dateTimeFormatConfiguration: { dateTimeFormat: 'YYYY-MM-DD HH:mm:ss' } },
      };
    case 'DECIMAL':
      return name.endsWith('seconds') ? number(field, 'seconds', 1) : number(field, 'money', 2);
    case 'INTEGER':
      return number(field, 'points', 0);
    default:
      return field;
  }
}

const number = (
  field: Pick<CfnAnalysis.UnaggregatedFieldProperty, 'fieldId' | 'column'>,
  unit: Unit,
  decimals: number,
): CfnAnalysis.UnaggregatedFieldProperty => ({
  ...field,
  formatConfiguration: { numberFormatConfiguration: { formatConfiguration: formatOf(unit, decimals) } },
});

function formatOf(unit: Unit, decimalPlaces: number): NumberFormat {
  const decimalPlacesConfiguration = { decimalPlaces };
  const separatorConfiguration = {
    decimalSeparator: 'DOT',
    thousandsSeparator: { symbol: 'COMMA', visibility: unit === 'points' ? 'HIDDEN' : 'VISIBLE' },
  };
  const common = { decimalPlacesConfiguration, separatorConfiguration };
  switch (unit) {
    case 'money':
      return { currencyDisplayFormatConfiguration: { ...common, symbol: 'USD', numberScale: 'NONE' } };
    case 'share':
      return { percentageDisplayFormatConfiguration: common };
    case 'seconds':
      return { numberDisplayFormatConfiguration: { ...common, numberScale: 'NONE', suffix: ' s' } };
    default:
      return { numberDisplayFormatConfiguration: { ...common, numberScale: 'NONE' } };
  }
}
