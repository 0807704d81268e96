import { lambdaHandler } from '../runtime/handler.ts';
import { dependencies } from './dependencies.ts';
import { exportEvent, exportLake, type LakeExport } from './export.ts';
import { readLakeSql } from './lake-sql.ts';

const { lake, warehouse, logger } = dependencies;
const sql = readLakeSql();

/** `{runId, full?}`: writes the days of the lake that changed; all of them with `full`, for a lake that was lost. */
export const handler = lambdaHandler(dependencies, async (event: unknown): Promise<LakeExport> => {
  const run = exportEvent.parse(event);
  const done = await exportLake(await warehouse.client(), lake, run, sql);
  logger.info('Exported to the lake', { run_id: run.runId, ...done });
  return done;
});
