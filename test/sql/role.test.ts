import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../lambdas/adapters/migrations.ts';
import { readSqlFiles } from '../../lambdas/adapters/sql-files.ts';
import { prepareRole } from '../../lambdas/migrate-database/prepare-role.ts';
import { startPostgres, type TestServer } from '../support/postgres.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres(['fsync=off']);
});
afterAll(() => server.stop());

/** As on RDS: an administrator who is no superuser, and the role whose members log in by IAM. */
async function asOnRds(): Promise<string> {
  const { PGDATABASE: database } = await server.database();
  const superuser = await server.connect();
  await superuser.query(`
    do $$ begin
      if not exists (select from pg_roles where rolname = 'administrator') then
        create role administrator login createrole createdb;
        create role rds_iam;
        grant rds_iam to administrator with admin option;
      end if;
    end $$`);
  await superuser.query(`alter database ${database} owner to administrator`);
  await superuser.end();
  return database;
}

describe('prepareRole', () => {
  it('makes the role of the functions, which can then migrate, and changes nothing the second time', async () => {
    const database = await asOnRds();
    const administrator = await server.connect(database, 'administrator');
    for (let i = 0; i < 2; i += 1) await prepareRole(administrator, { user: 'pipe-line "x"', database });
    const { rows } = await administrator.query(
      `select r.rolcanlogin, r.rolsuper, r.rolcreaterole, pg_has_role(r.oid, 'rds_iam', 'member') as by_iam,
         (select datdba = r.oid from pg_database where datname = current_database()) as owner
       from pg_roles as r where rolname = 'pipe-line "x"'`,
    );
    expect(rows).toEqual([{ rolcanlogin: true, rolsuper: false, rolcreaterole: false, by_iam: true, owner: true }]);
    await administrator.end();

    const functions = await server.connect(database, 'pipe-line "x"');
    const files = readSqlFiles('migrations');
    expect(await migrate(functions, files)).toMatchObject({ version: files.length });
    await functions.end();
  });
});
