import type { CfnDataSet } from 'aws-cdk-lib/aws-quicksight';
import { type Catalogue, columnsRead, type View } from '../catalogue/index.ts';
import { selected, typeOf } from './columns.ts';
import { ruleColumns } from './rows.ts';

/** What a data set is made of, but for names, permissions and rules, which a stage gives it. */
export interface DataSet {
  readonly view: View;
  /** SPICE keeps a copy, which is refreshed; alerts are asked for each time, because people work on them */
  readonly importMode: 'SPICE' | 'DIRECT_QUERY';
  readonly physicalTableMap: Readonly<Record<string, CfnDataSet.PhysicalTableProperty>>;
  readonly dataPrepConfiguration: CfnDataSet.DataPrepConfigurationProperty;
}

/** Of the maps that a data set is described by: the query, what is made of it, and what is shown. */
export const SOURCE = 'Query';
export const STEP = 'Import';
export const TABLE = 'Table';

const LIVE: readonly View[] = ['fraud_alerts'];

/** One data set for each view that a page shows, with the columns that are read and no other. */
export function dataSets(catalogue: Catalogue, dataSourceArn: string): readonly DataSet[] {
  return [...columnsRead(catalogue)].map(([view, read]) => {
    const columns = [...new Set([...read, ...ruleColumns(view)])].sort();
    const importMode = LIVE.includes(view) ? 'DIRECT_QUERY' : 'SPICE';
    return {
      view,
      importMode,
      ...table(
        view,
        dataSourceArn,
        `select ${columns.map((column) => selected(view, column)).join(', ')} from bi.${view} as v`,
        columns.map((name) => [name, typeOf(view, name)]),
        importMode,
      ),
    };
  });
}

/** The parts of a data set that is one query and nothing else. */
export function table(
  alias: string,
  dataSourceArn: string,
  sqlQuery: string,
  columns: readonly (readonly [name: string, type: string])[],
  importMode: DataSet['importMode'] = 'SPICE',
): Pick<DataSet, 'physicalTableMap' | 'dataPrepConfiguration'> {
  return {
    physicalTableMap: {
      [SOURCE]: {
        customSql: {
          dataSourceArn,
          name: alias,
          sqlQuery,
          columns: columns.map(([name, type]) => ({
            id: `${alias}-${name}`,
            name,
            type,
            // Money is exact; otherwise SPICE keeps four places in floating point.
            ...(type === 'DECIMAL' && importMode === 'SPICE' ? { subType: 'FIXED' } : {}),
          })),
        },
      },
    },
    dataPrepConfiguration: {
      sourceTableMap: { [SOURCE]: { physicalTableId: SOURCE } },
      transformStepMap: { [STEP]: { importTableStep: { alias, source: { sourceTableId: SOURCE } } } },
      destinationTableMap: { [TABLE]: { alias, source: { transformOperationId: STEP } } },
    },
  };
}
