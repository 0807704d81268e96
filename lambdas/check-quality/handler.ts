import { METRICS } from '../../core/contract/metrics.ts';
import { readSqlFiles } from '../adapters/sql-files.ts';
import { runEvent } from '../batch/events.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { dependencies } from './dependencies.ts';
import { fraudRate } from './fraud-rate.ts';
import { checkQuality, QualityError } from './quality.ts';

const { warehouse, logger, meter } = dependencies;
const tests = readSqlFiles('tests');
const fraudRateMeasure = readSqlFiles('measures').find(({ name }) => name === 'fraud_rate')!;

/** `{runId}`: fails when a query that must return no rows returns some. Measures fraud against its usual share. */
export const handler = lambdaHandler(dependencies, async (event: unknown): Promise<{ tests: number }> => {
  const run = runEvent.parse(event);
  const client = await warehouse.client();
  try {
    const count = await checkQuality(client, run, tests);
    meter.count(METRICS.qualityFailures, 0);
    const rate = await fraudRate(client, fraudRateMeasure, Date.now());
    if (rate !== null) meter.count(METRICS.fraudRateOfTrailing, rate);
    logger.info('The warehouse holds what must hold', { run_id: run.runId, tests: count });
    return { tests: count };
  } catch (error) {
    if (error instanceof QualityError) meter.count(METRICS.qualityFailures, error.failures.size);
    throw error;
  }
});
