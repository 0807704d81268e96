import { METRICS } from '../../core/contract/metrics.ts';
import { readSqlFiles } from '../adapters/sql-files.ts';
import { runEvent } from '../batch/events.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { stageConflictingRecords } from './conflicting-records.ts';
import { dependencies } from './dependencies.ts';
import { loadWarehouse, type WarehouseLoad } from './load.ts';

const { objects, warehouse, logger, meter } = dependencies;
const loads = readSqlFiles('loads');

/** `{runId}`: merges what is newly staged into the star schema. */
export const handler = lambdaHandler(dependencies, async (event: unknown): Promise<WarehouseLoad> => {
  const run = runEvent.parse(event);
  const client = await warehouse.client();
  const conflicting = await stageConflictingRecords(objects, client);
  const load = await loadWarehouse(client, run, loads);
  logger.info('Loaded the warehouse', { run_id: run.runId, conflicting_records: conflicting, written: load.written });
  meter.count(METRICS.rowsLoaded, load.written['fact_loan_application'] ?? 0);
  return load;
});
