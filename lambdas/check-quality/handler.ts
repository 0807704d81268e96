import { METRICS } from '../../core/contract/metrics.ts';
import { readSqlFiles } from '../adapters/sql-files.ts';
import { runEvent } from '../batch/events.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { dependencies } from './dependencies.ts';
import { checkQuality, QualityError } from './quality.ts';

const { warehouse, logger, meter } = dependencies;
const tests = readSqlFiles('tests');

/** `{runId}`: fails when a query that must return no rows returns some. */
export const handler = lambdaHandler(dependencies, async (event: unknown): Promise<{ tests: number }> => {
  const run = runEvent.parse(event);
  try {
    const count = await checkQuality(await warehouse.client(), run, tests);
    meter.count(METRICS.qualityFailures, 0);
    logger.info('The warehouse holds what must hold', { run_id: run.runId, tests: count });
    return { tests: count };
  } catch (error) {
    if (error instanceof QualityError) meter.count(METRICS.qualityFailures, error.failures.size);
    throw error;
  }
});
