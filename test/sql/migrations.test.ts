import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrate, MigrationError } from '../../lambdas/adapters/migrations.ts';
import { readSqlFiles, type SqlFile } from '../../lambdas/adapters/sql-files.ts';
import { startPostgres, type TestServer } from '../support/postgres.ts';

let server: TestServer;
let database: string;
const clients: Client[] = [];

beforeAll(async () => {
  server = await startPostgres(['fsync=off']);
});
afterAll(() => server.stop());
beforeEach(async () => {
  database = (await server.database()).PGDATABASE;
  return () => Promise.all(clients.splice(0).map((client) => client.end()));
});

async function connect(): Promise<Client> {
  const client = await server.connect(database);
  clients.push(client);
  return client;
}

const file = (name: string, text: string): SqlFile => ({
  name,
  text,
  checksum: createHash('sha256').update(text).digest('hex'),
});
const FIRST = file('0001_first', 'create table one (id integer)');
const SECOND = file('0002_second', 'create table two (id integer); insert into two values (1)');

describe('migrate', () => {
  it('applies the project’s own once, though twenty start at the same time', async () => {
    const files = readSqlFiles('migrations');
    const reports = await Promise.all(Array.from({ length: 20 }, async () => migrate(await connect(), files)));
    expect(reports.map(({ version }) => version)).toEqual(Array(20).fill(files.length));
    expect(reports.flatMap(({ applied }) => applied).sort()).toEqual(files.map(({ name }) => name));
    const { rows } = await (await connect()).query('select version, name from ops.schema_migrations order by 1');
    expect(rows).toEqual(files.map(({ name }, index) => ({ version: index + 1, name })));
  });

  it('goes on from where it stopped', async () => {
    expect(await migrate(await connect(), [FIRST])).toEqual({ applied: ['0001_first'], version: 1 });
    expect(await migrate(await connect(), [FIRST, SECOND])).toEqual({ applied: ['0002_second'], version: 2 });
    expect(await migrate(await connect(), [FIRST, SECOND])).toEqual({ applied: [], version: 2 });
  });

  it('leaves a database that is ahead of the code as it is', async () => {
    await migrate(await connect(), [FIRST, SECOND]);
    expect(await migrate(await connect(), [FIRST])).toEqual({ applied: [], version: 2 });
  });

  it('refuses a migration that was changed after it had been applied, and applies nothing', async () => {
    await migrate(await connect(), [FIRST]);
    const client = await connect();
    const changed = file('0001_first', 'create table one (id bigint)');
    await expect(migrate(client, [changed, SECOND])).rejects.toThrow(
      /0001_first was changed after it had been applied/,
    );
    expect((await client.query(`select to_regclass('two') as two`)).rows).toEqual([{ two: null }]);
  });

  it.each([
    ['a gap', [FIRST, file('0003_third', 'select 1')], /0003_third\.sql is in place 0002/],
    ['a number twice', [FIRST, file('0001_again', 'select 1')], /0001_again\.sql is in place 0002/],
    ['another form of name', [file('1-first', 'select 1')], /named NNNN_what_it_does\.sql/],
  ])('refuses %s', async (_what, files, message) => {
    await expect(migrate(await connect(), files)).rejects.toThrow(message);
  });

  it('undoes a migration that fails half-way, keeps those before it, and lets others in afterwards', async () => {
    const client = await connect();
    const broken = file('0002_second', 'create table two (id integer); insert into nowhere values (1)');
    const attempt = migrate(client, [FIRST, broken]);
    await expect(attempt).rejects.toThrow(MigrationError);
    await expect(attempt).rejects.toThrow(/0002_second failed and was rolled back: relation "nowhere"/);
    expect((await client.query(`select to_regclass('one') as one, to_regclass('two') as two`)).rows).toEqual([
      { one: 'one', two: null },
    ]);
    expect(await migrate(await connect(), [FIRST, SECOND])).toEqual({ applied: ['0002_second'], version: 2 });
  });
});
