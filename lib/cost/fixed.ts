import type { Line, PriceTable } from './prices.ts';
import { metricCharges } from './metric-series.ts';
import { checkTypes, PRICED } from './resource-types.ts';
import type { Stage } from './stage.ts';

/**
 * What a stage costs in a month in which nothing happens, resource by resource.
 *
 * @throws CostError naming a type of resource that is neither priced nor said to be free, or a property without a price
 */
export function fixedCost(stage: Stage, prices: PriceTable): readonly Line[] {
  checkTypes(stage);
  const resources = stage.resources.flatMap((resource) =>
    (PRICED[resource.type]?.(resource, stage) ?? []).map((charge) => prices.line(resource.name, charge)),
  );
  return [...resources, ...metricCharges(stage).map((charge) => prices.line('metrics', charge))];
}
