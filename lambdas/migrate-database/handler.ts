import { type MigrationReport, migrate } from '../adapters/migrations.ts';
import { readSqlFiles } from '../adapters/sql-files.ts';
import { applyViews } from '../adapters/views.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { dependencies } from './dependencies.ts';
import { prepareRoles } from './prepare.ts';
import { grantReading } from './prepare-role.ts';
import { grantReports, prepareReports } from './prepare-reports.ts';

const { administrator, role, reader, reports, warehouse, logger } = dependencies;
const migrations = readSqlFiles('migrations');
const views = readSqlFiles('views');

/** `{}`: makes the roles where that is for us to do, and brings the warehouse and its views to the version of this code. */
export const handler = lambdaHandler(dependencies, async (): Promise<MigrationReport> => {
  if (administrator !== null)
    await prepareRoles({ owner: () => warehouse.client(), administrator }, { owner: role, reader });
  const client = await warehouse.client();
  const report = await migrate(client, migrations);
  const renewed = await applyViews(client, { views, migrations, reader });
  if (reader !== null) await grantReading(client, reader);
  if (reports !== null && administrator !== null) {
    const login = await reports.login();
    await prepareReports({ administrator, reports: () => reports.connect(login) }, login);
    await grantReports(client, login.username);
  }
  const { version, applied } = report;
  logger.info('The database is at its latest migration', { version, applied, views_renewed: renewed });
  return report;
});
