import { planEvent } from '../batch/events.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { dependencies } from './dependencies.ts';
import { type Plan, planBatch } from './plan.ts';

const { objects, warehouse, reach, logger } = dependencies;

/** `{runId, input?: {full?}}` → the groups of objects that are to be loaded. */
export const handler = lambdaHandler(dependencies, async (event: unknown): Promise<Plan> => {
  const { runId, input } = planEvent.parse(event);
  const plan = await planBatch(objects, warehouse, { runId }, { reach, full: input.full });
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
