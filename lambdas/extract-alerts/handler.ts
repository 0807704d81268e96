import { METRICS } from '../../core/contract/metrics.ts';
import { runEvent } from '../batch/events.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { dependencies } from './dependencies.ts';
import { type Extraction, extractAlerts } from './extract.ts';
import { extractReviews, type ReviewExtraction } from './reviews.ts';

const { warehouse, alerts, logger, meter } = dependencies;

interface Extracted extends Extraction {
  readonly reviews: ReviewExtraction;
}

/** `{runId}`: copies new and changed alerts, and new decisions of people, into the warehouse. */
export const handler = lambdaHandler(dependencies, async (event: unknown): Promise<Extracted> => {
  const run = runEvent.parse(event);
  const client = await warehouse.client();
  const extraction = await extractAlerts(client, alerts, run);
  const reviews = await extractReviews(client, alerts, run);
  logger.info('Extracted alerts and decisions', { run_id: run.runId, ...extraction, reviews });
  meter.count(METRICS.rowsLoaded, extraction.changed + reviews.added);
  return { ...extraction, reviews };
});
