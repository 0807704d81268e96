import { type MigrationReport, migrate } from '../adapters/migrations.ts';
import { readSqlFiles } from '../adapters/sql-files.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { dependencies } from './dependencies.ts';
import { prepareRole } from './prepare-role.ts';

const { administrator, role, warehouse, logger } = dependencies;
const migrations = readSqlFiles('migrations');

/** `{}`: makes the pipeline's role where that is for us to do, and brings the warehouse to the version of this code. */
export const handler = lambdaHandler(dependencies, async (): Promise<MigrationReport> => {
  if (administrator !== null) {
    const client = await administrator();
    await prepareRole(client, role).finally(() => client.end());
  }
  const report = await migrate(await warehouse.client(), migrations);
  logger.info('The database is at its latest migration', { version: report.version, applied: report.applied });
  return report;
});
