import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrate, MigrationError } from '../../lambdas/adapters/migrations.ts';
import { readSqlFiles, type SqlFile } from '../../lambdas/adapters/sql-files.ts';
import { applyViews } from '../../lambdas/adapters/views.ts';
import { biColumns } from '../support/bi-columns.ts';
import { BI_VIEWS } from '../support/bi-views.ts';
import { startPostgres, type TestServer } from '../support/postgres.ts';
import type { Client } from 'pg';

let server: TestServer;
let database: string;
let client: Client;
const clients: Client[] = [];
const migrations = readSqlFiles('migrations');
const views = readSqlFiles('views');

beforeAll(async () => {
  server = await startPostgres(['fsync=off']);
});
afterAll(() => server.stop());
beforeEach(async () => {
  database = (await server.database()).PGDATABASE;
  client = await connect();
  await migrate(client, migrations);
  return () => Promise.all(clients.splice(0).map((one) => one.end()));
});

async function connect(user?: string): Promise<Client> {
  const made = await server.connect(database, user);
  clients.push(made);
  return made;
}

const file = (name: string, text: string): SqlFile => ({
  name,
  text,
  checksum: createHash('sha256').update(text).digest('hex'),
});
const apply = (of: readonly SqlFile[] = views, reader: string | null = null, by = client): Promise<boolean> =>
  applyViews(by, { views: of, migrations, reader });
const asked = async (text: string, by = client) => (await by.query(text)).rows as Record<string, unknown>[];
const names = async () => Object.keys(await biColumns({ query: asked }));

describe('the views', () => {
  it('have the columns that were promised, by name and order', async () => {
    await apply();
    const found = await biColumns({ query: asked });
    expect(Object.fromEntries(Object.entries(found).map(([view, of]) => [view, of.map(({ name }) => name)]))).toEqual(
      BI_VIEWS,
    );
  });

  it('can all be read from an empty warehouse; freshness has its one row there too', async () => {
    await apply();
    for (const view of Object.keys(BI_VIEWS))
      expect((await asked(`select * from bi.${view}`)).length, view).toBe(view === 'freshness' ? 1 : 0);
    expect(await asked('select * from bi.freshness')).toEqual([
      {
        warehouse_as_of: null,
        last_run_id: null,
        last_run_status: null,
        last_event_time: null,
        last_arrival: null,
        schema_version: migrations.length,
      },
    ]);
  });

  it('say their grain, one view a file', () => {
    for (const { name, text } of views) {
      expect(text, name).toMatch(/^-- grain: /);
      expect(text.match(/create view bi\.\w+/g), name).toEqual([`create view bi.${name.slice(4)}`]);
    }
  });
});

describe('applying the views', () => {
  it('happens once, though ten come at the same time', async () => {
    const runs = await Promise.all(Array.from({ length: 10 }, async () => apply(views, null, await connect())));
    expect(runs.filter(Boolean)).toEqual([true]);
    expect(await apply()).toBe(false);
    expect(await asked('select version from ops.schema_migrations where version = 0')).toHaveLength(1);
    expect((await migrate(client, migrations)).applied).toEqual([]);
  });

  const FIRST = file('010_one', 'create view bi.one as select 1 as n');
  const SECOND = file('020_two', 'create view bi.two as select n from bi.one');

  it('makes them all anew when one was changed, taken away, or is missing', async () => {
    await apply([FIRST, SECOND]);
    expect(await apply([file('010_one', 'create view bi.one as select 2 as m, 3 as n'), SECOND])).toBe(true);
    expect(await asked('select n from bi.two')).toEqual([{ n: 3 }]);
    expect(await apply([FIRST])).toBe(true);
    expect(await names()).toEqual(['one']);
    await client.query('drop view bi.one');
    expect(await apply([FIRST])).toBe(true);
    expect(await names()).toEqual(['one']);
  });

  it('makes them anew after a migration, and leaves those of a database that is ahead of the code', async () => {
    await apply([FIRST]);
    const more = [...migrations, file(`000${migrations.length + 1}_more`, 'create table dw.more (n integer)')];
    await migrate(client, more);
    expect(await apply([FIRST, SECOND])).toBe(false);
    expect(await names()).toEqual(['one']);
    expect(await applyViews(client, { views: [FIRST], migrations: more, reader: null })).toBe(true);
  });

  it.each([
    [
      'does not compile',
      'create view bi.two as select nothing from bi.one',
      /020_two failed.*"nothing" does not exist/,
    ],
    ['makes another one', 'create view bi.three as select 1 as n', /020_two\.sql must make the view bi\.two/],
  ])('leaves the old ones when a file %s', async (_what, text, message) => {
    await apply([FIRST, SECOND]);
    const attempt = apply([file('010_one', 'create view bi.one as select 9 as n'), file('020_two', text)]);
    await expect(attempt).rejects.toThrow(MigrationError);
    await expect(attempt).rejects.toThrow(message);
    expect(await names()).toEqual(['one', 'two']);
    expect(await asked('select n from bi.two')).toEqual([{ n: 1 }]);
    expect(await apply([FIRST, SECOND])).toBe(false);
  });

  it('leaves the old ones when somebody has built upon them, and names what', async () => {
    await apply([FIRST]);
    await client.query('create view public.mine as select n from bi.one');
    await expect(apply([FIRST, SECOND])).rejects.toThrow(/as they were: .*view mine depends on view bi\.one/);
    expect(await asked('select n from bi.one')).toEqual([{ n: 1 }]);
  });

  it('refuses a file whose name is not one', async () => {
    await expect(apply([file('1-one', 'select 1')])).rejects.toThrow(/named NNN_name_of_the_view\.sql/);
  });
});

describe('who reads the views', () => {
  it('is the reader, without a moment in which it may not, and nobody sees personal data or staging through bi alone', async () => {
    await client.query('drop role if exists bi_reader');
    await client.query('create role bi_reader login');
    const one = (n: number): SqlFile[] => [file('010_one', `create view bi.one as select ${n} as n`)];
    await apply(one(0), 'bi_reader');
    const reader = await connect('bi_reader');
    const seen: unknown[] = [];
    const readOften = async () => {
      for (let i = 0; i < 5; i += 1) seen.push((await asked('select n from bi.one', reader))[0]?.['n']);
    };
    for (let n = 1; n <= 20; n += 1) await Promise.all([apply(one(n), 'bi_reader'), readOften()]);
    expect(seen).toHaveLength(100);
    expect(seen).toEqual(seen.toSorted((a, b) => Number(a) - Number(b)));
    expect(await asked('select n from bi.one', reader)).toEqual([{ n: 20 }]);
    await apply(views, 'bi_reader');
    for (const view of Object.keys(BI_VIEWS))
      expect(await asked(`select count(*)::int as n from bi.${view}`, reader), view).toHaveLength(1);
    for (const table of ['restricted.applicants', 'staging.applications', 'dw.fact_loan_application', 'ops.ledger'])
      await expect(reader.query(`select from ${table}`), table).rejects.toThrow(/permission denied/);
    await expect(reader.query('create view bi.mine as select 1 as n')).rejects.toThrow(/permission denied/);
  });

  it('keeps what is granted by default in the schema', async () => {
    await client.query('drop role if exists bi_analyst');
    await client.query('create role bi_analyst login');
    await client.query('grant usage on schema bi to bi_analyst');
    await client.query('alter default privileges in schema bi grant select on tables to bi_analyst');
    await apply();
    expect(await asked('select count(*)::int as n from bi.applications', await connect('bi_analyst'))).toEqual([
      { n: 0 },
    ]);
    await client.query('drop owned by bi_analyst');
  });
});
