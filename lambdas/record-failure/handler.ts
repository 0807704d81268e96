import * as z from 'zod';
import { METRICS } from '../../core/contract/metrics.ts';
import { runEvent } from '../batch/events.ts';
import { failRun } from '../batch/lineage.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { dependencies } from './dependencies.ts';

const { warehouse, logger, meter } = dependencies;

const failureEvent = runEvent.extend({ error: z.object({ Error: z.string() }) });

/**
 * `{runId, error}` from the workflow's catch: closes the run's open rows of lineage as failed. Of the error only its
 * name is kept; the function that failed has logged the rest.
 */
export const handler = lambdaHandler(dependencies, async (event: unknown): Promise<{ runId: string }> => {
  const { runId, error } = failureEvent.parse(event);
  const detail = error.Error.slice(0, 200);
  // First: the database that the run failed for may still be away.
  meter.count(METRICS.batchFailures);
  await warehouse.transaction((client) => failRun(client, runId, detail));
  logger.error('The batch failed', { run_id: runId, error_name: detail });
  return { runId };
});
