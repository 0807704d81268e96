import { METRICS } from '../../core/contract/metrics.ts';
import { runEvent } from '../batch/events.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { dependencies } from './dependencies.ts';
import { type Extraction, extractAlerts } from './extract.ts';

const { warehouse, alerts, logger, meter } = dependencies;

/** `{runId}`: copies new and changed alerts into the warehouse. */
export const handler = lambdaHandler(dependencies, async (event: unknown): Promise<Extraction> => {
  const run = runEvent.parse(event);
  const extraction = await extractAlerts(await warehouse.client(), alerts, run);
  logger.info('Extracted alerts', { run_id: run.runId, ...extraction });
  meter.count(METRICS.rowsLoaded, extraction.changed);
  return extraction;
});
