import type { Generator } from '../generator.ts';
import { dataSets } from './data-sets.ts';
import { definition } from './definition.ts';
import { inApi } from './in-api.ts';
import { references } from './references.ts';

export const DATA_SETS = 'quicksight/data-sets.json';
export const DEFINITION = 'quicksight/definition.json';

/** What stands for an ARN that a stage gives. */
export const DATA_SOURCE_ARN = '{data-source-arn}';
export const dataSetArn = (view: string): string => `{data-set-arn:${view}}`;

const text = (value: object): string => `${JSON.stringify(inApi(value), null, 2)}\n`;

/** Data sets, and the definition of analysis and dashboard, as QuickSight's API and CloudFormation spell them. */
export const quicksight: Generator = {
  name: 'QuickSight',
  generate: (catalogue) =>
    new Map([
      [DATA_SETS, text(dataSets(catalogue, DATA_SOURCE_ARN).map(({ view, ...rest }) => ({ name: view, ...rest })))],
      [DEFINITION, text(definition(catalogue, dataSetArn))],
    ]),
  references: (files) => references(files, DATA_SETS, DEFINITION),
};
