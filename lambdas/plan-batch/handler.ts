import { METRICS } from '../../core/contract/metrics.ts';
import { readSqlFiles } from '../adapters/sql-files.ts';
import { planEvent } from '../batch/events.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { dependencies } from './dependencies.ts';
import { countMornings } from './mornings.ts';
import { type Plan, planBatch } from './plan.ts';

const { objects, warehouse, reach, freshWithinMinutes, logger, meter } = dependencies;
const measure = readSqlFiles('measures').find(({ name }) => name === 'mornings')!;

/** `{runId, input?: {full?}}` → the groups of objects that are to be loaded. Tells how the mornings found the warehouse. */
export const handler = lambdaHandler(dependencies, async (event: unknown): Promise<Plan> => {
  const { runId, input } = planEvent.parse(event);
  const plan = await planBatch(objects, warehouse, { runId }, { reach, full: input.full });
  const { mornings, stale } = await countMornings(await warehouse.client(), { runId }, measure, freshWithinMinutes);
  meter.count(METRICS.mornings, mornings);
  meter.count(METRICS.staleMornings, stale);
  logger.info('Planned the batch', {
    run_id: plan.runId,
    listed_from: plan.listedFrom,
    log_objects: plan.logObjects,
    log_groups: plan.logGroups.length,
    receipt_objects: plan.receiptObjects,
    receipt_groups: plan.receiptGroups.length,
  });
  return plan;
});
