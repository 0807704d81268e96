import { loadSettings } from '../../../lib/config/load.ts';
import { fixedCost } from '../../../lib/cost/fixed.ts';
import { dollars } from '../../../lib/cost/money.ts';
import { PRICES } from '../../../lib/cost/prices.ts';
import { type Properties, resourcesOf, type Stage } from '../../../lib/cost/stage.ts';

type Template = Readonly<Record<string, { readonly Type: string; readonly Properties?: Properties }>>;

/** A stage of one stack with these resources, as a template would name them. */
export const stageOf = (template: Template, context: Readonly<Record<string, unknown>> = {}): Stage => ({
  settings: loadSettings({ stage: 'dev', ...context }),
  resources: resourcesOf('data', template),
});

/** Charges of the resources, as `resource: quantity × price = cost`; the metrics of the functions left out. */
export const charges = (stage: Stage): string[] =>
  fixedCost(stage, PRICES)
    .filter(({ resource }) => resource !== 'metrics')
    .map(({ resource, quantity, price, cost }) => `${resource}: ${quantity} × ${price} = ${dollars(cost)}`);
