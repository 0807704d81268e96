import { runEvent } from '../batch/events.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { dependencies } from './dependencies.ts';
import { type Plan, planBatch } from './plan.ts';

const { objects, warehouse, logger } = dependencies;

/** `{runId}` → the groups of objects that are to be loaded. */
export const handler = lambdaHandler(dependencies, async (event: unknown): Promise<Plan> => {
  const plan = await planBatch(objects, warehouse, runEvent.parse(event));
  logger.info('Planned the batch', {
    run_id: plan.runId,
    log_objects: plan.logObjects,
    log_groups: plan.logGroups.length,
    receipt_objects: plan.receiptObjects,
    receipt_groups: plan.receiptGroups.length,
  });
  return plan;
});
