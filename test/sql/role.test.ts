import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../lambdas/adapters/migrations.ts';
import { readSqlFiles } from '../../lambdas/adapters/sql-files.ts';
import { DatabaseError } from 'pg';
import { prepareRoles } from '../../lambdas/migrate-database/prepare.ts';
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

describe('prepareRoles', () => {
  it('asks the administrator once: whoever made a role that logs in by IAM may be refused his password', async () => {
    const database = await asOnRds();
    const roles = { owner: { user: 'functions', database }, reader: 'readers' };
    const refused = Object.assign(new DatabaseError('PAM authentication failed', 0, 'error'), { code: '28000' });
    const asked: string[] = [];
    const logins = (owner: () => Promise<Client>, administrator: () => Promise<Client>) => ({
      owner: () => (asked.push('owner'), owner()),
      administrator: () => (asked.push('administrator'), administrator()),
    });
    const made = logins(
      () => Promise.reject(refused),
      () => server.connect(database, 'administrator'),
    );
    expect(await prepareRoles(made, roles)).toBe(true);

    const functions = await server.connect(database, 'functions');
    const again = logins(
      async () => functions,
      () => Promise.reject(refused),
    );
    expect(await prepareRoles(again, roles)).toBe(false);
    expect(asked).toEqual(['owner', 'administrator', 'owner']);

    // A later version that wants one more role asks again.
    const more = logins(
      async () => functions,
      () => server.connect(database, 'administrator'),
    );
    expect(await prepareRoles(more, { ...roles, reader: 'other-readers' })).toBe(true);
    const { rows } = await functions.query(`select count(*)::int as n from pg_roles where rolname like '%readers'`);
    expect(rows).toEqual([{ n: 2 }]);
    await functions.end();
  });

  it('passes on what is no refusal', async () => {
    const away = new Error('connect ETIMEDOUT');
    const logins = { owner: () => Promise.reject(away), administrator: () => Promise.reject(new Error('not asked')) };
    await expect(prepareRoles(logins, { owner: { user: 'x', database: 'x' }, reader: null })).rejects.toBe(away);
  });
});
