import { type MigrationReport, migrate } from '../adapters/migrations.ts';
import { readSqlFiles } from '../adapters/sql-files.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { dependencies } from './dependencies.ts';

const { warehouse, logger } = dependencies;
const migrations = readSqlFiles('migrations');

/** `{}`: brings the warehouse to the version of this code. */
export const handler = lambdaHandler(dependencies, async (): Promise<MigrationReport> => {
  const report = await migrate(await warehouse.client(), migrations);
  logger.info('The database is at its latest migration', { version: report.version, applied: report.applied });
  return report;
});
