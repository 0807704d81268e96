import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../lambdas/adapters/migrations.ts';
import { connectAdministrator, type WarehouseEnv } from '../../lambdas/adapters/postgres.ts';
import type { Login } from '../../lambdas/adapters/secrets.ts';
import { readSqlFiles } from '../../lambdas/adapters/sql-files.ts';
import { applyViews } from '../../lambdas/adapters/views.ts';
import { grantReports, prepareReports } from '../../lambdas/migrate-database/prepare-reports.ts';
import { startTlsPostgres, type TlsPostgres } from '../support/tls-postgres.ts';

const ADMINISTRATOR: Login = { username: 'administrator', password: 'of the administrator' };
const migrations = readSqlFiles('migrations');
const views = readSqlFiles('views');
let server: TlsPostgres;
let env: WarehouseEnv;
let owner: Client;
const connect = (login: Login): Promise<Client> => connectAdministrator(env, login);

beforeAll(async () => {
  server = await startTlsPostgres();
  await server.superuser.query(
    `create role administrator login createrole password '${ADMINISTRATOR.password}';
     create role pipeline login password 'of the pipeline';
     create role rds_iam`,
  );
  await server.superuser.query('create database warehouse owner pipeline');
  env = {
    PGHOST: 'localhost',
    PGPORT: server.port,
    PGUSER: 'pipeline',
    PGDATABASE: 'warehouse',
    PGSSLROOTCERT: server.authority.file,
  };
  owner = await connect({ username: 'pipeline', password: 'of the pipeline' });
  await migrate(owner, migrations);
  await applyViews(owner, { views, migrations, reader: null });
});
afterAll(async () => {
  await owner.end();
  await server.stop();
});

/** As migrate-database does at each deployment. @returns whether the administrator was needed */
async function deploy(login: Login): Promise<boolean> {
  const needed = await prepareReports(
    { reports: () => connect(login), administrator: () => connect(ADMINISTRATOR) },
    login,
  );
  await grantReports(owner, login.username);
  return needed;
}

describe('who asks the views of reports with a password', () => {
  const login: Login = { username: 'quicksight', password: "it's \\ a 'password'" };

  it('is made at the first deployment, and the administrator is not asked at the next', async () => {
    expect(await deploy(login)).toBe(true);
    expect(await deploy(login)).toBe(false);
  });

  it('reads the views and nothing else, and writes nothing', async () => {
    const client = await connect(login);
    for (const { name } of views) await client.query(`select * from bi.${name.slice(4)} limit 1`);
    for (const text of [
      'select * from dw.fact_loan_application',
      'select * from restricted.dim_customer',
      'delete from bi.dates',
      'create table bi.mine (n int)',
      'create role another',
    ])
      await expect(client.query(text), text).rejects.toThrow(/permission denied|does not exist/);
    await client.end();
  });

  it('reads the views of a later version too', async () => {
    const later = views.map((view, i) =>
      i > 0 ? view : { ...view, text: view.text.replace('from dw.', 'from  dw.'), checksum: 'of a later version' },
    );
    expect(await applyViews(owner, { views: later, migrations, reader: null })).toBe(true);
    const client = await connect(login);
    expect((await client.query('select * from bi.applications')).rows).toEqual([]);
    await client.end();
  });

  it('is in no role that logs in by IAM, whose members have no use of a password on RDS', async () => {
    const { rows } = await owner.query(`select pg_has_role('quicksight', 'rds_iam', 'member') as by_iam`);
    expect(rows).toEqual([{ by_iam: false }]);
  });

  it('can turn its password over itself, as the rotation does, and a deployment leaves the new one', async () => {
    const client = await connect(login);
    await client.query(`alter role quicksight password 'turned over'`);
    await client.end();
    expect(await deploy({ ...login, password: 'turned over' })).toBe(false);
    await expect(connect(login)).rejects.toThrow(/password authentication failed/);
  });

  it('gets the password of a secret that was made anew', async () => {
    expect(await deploy({ ...login, password: 'of another secret' })).toBe(true);
    await (await connect({ ...login, password: 'of another secret' })).end();
  });

  it('is no reason to ask the administrator when the server itself is away', async () => {
    const away = async (): Promise<Client> => {
      throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    };
    const asked = prepareReports({ reports: away, administrator: () => Promise.reject(new Error('asked')) }, login);
    await expect(asked).rejects.toThrow('ECONNREFUSED');
  });
});
