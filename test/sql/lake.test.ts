import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { s3Client } from '../../bench/kept-log.ts';
import { LAKE_ORDER, LAKE_TABLE_NAMES, LAKE_TABLES, type LakeColumn, lakeKey } from '../../core/contract/lake.ts';
import { Lake } from '../../lambdas/adapters/lake.ts';
import { readSqlFiles } from '../../lambdas/adapters/sql-files.ts';
import { exportLake, type LakeExport } from '../../lambdas/export-lake/export.ts';
import { readLakeSql } from '../../lambdas/export-lake/lake-sql.ts';
import { startS3 } from '../../local/servers/s3.ts';
import type { Server } from '../../local/servers/server.ts';
import { LakeReader } from '../support/lake.ts';
import { startPostgres, type TestServer } from '../support/postgres.ts';
import { application, transaction } from '../support/records.ts';
import { TestWarehouse } from '../support/warehouse.ts';
import { World } from '../support/world.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'crp-lake-s3-'));
const NOTHING = { written: 0, removed: 0, rows: 0, bytes: 0 };
const REFUSES = { consent: { scoring: true, analytics: false } };
const RISKY = { credit_score: 400, loan_amount: 20_000 };
let server: TestServer;
let s3Server: Server;
let s3: S3Client;
let buckets = 0;
let bucket: string;
let warehouse: TestWarehouse;
let world: World;
let reader: LakeReader;

beforeAll(async () => {
  server = await startPostgres(['fsync=off']);
  s3Server = await startS3({ directory: path.join(scratch, 's3'), logFile: path.join(scratch, 's3.log') }, 'us-east-1');
  s3 = s3Client(`http://127.0.0.1:${s3Server.port}`);
});
afterAll(async () => {
  s3.destroy();
  await s3Server.stop();
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
});
beforeEach(async () => {
  warehouse = await TestWarehouse.create(server);
  world = new World();
  bucket = `lake-${(buckets += 1)}`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  reader = new LakeReader(s3, bucket);
  return async () => {
    reader.end();
    await warehouse.end();
  };
});

async function exported(full = false, client: S3Client = s3): Promise<LakeExport> {
  const event = { runId: warehouse.nextRun(), full };
  return exportLake(await warehouse.warehouse.client(), new Lake(client, bucket), event, readLakeSql());
}

/** The whole batch over what the world holds, and the export. @returns what the export did */
async function batch(): Promise<LakeExport> {
  world.archive();
  await warehouse.batch(world);
  const done = await exported();
  await reader.refresh();
  return done;
}

const days = (table: 'applications' | 'decisions' | 'alerts' | 'transactions', columns: string) =>
  reader.query(`select dt, ${columns} from ${reader.of(table)} order by all`);
const keys = async () => [...(await reader.objects()).keys()].sort();

describe('the files', () => {
  it('have the columns of the list, with decimals and times that are exact and in UTC', async () => {
    world.applications(
      application('u1', 'a1', { ...RISKY, loan_amount: '20000.07', timestamp: '2026-11-20T23:59:59.999Z' }),
      application('u2', 'a2', { loan_amount: '9999999.99', timestamp: '2026-11-19T02:00:00+05:30' }),
    );
    world.activity(transaction('u1', 't1', { amount: '0.01', location: 'Zürich ✓' }));
    await batch();
    const spelled = (type: LakeColumn['type']): string =>
      typeof type === 'object'
        ? `DECIMAL(${type.precision},${type.scale})`
        : {
            text: 'VARCHAR',
            boolean: 'BOOLEAN',
            integer: 'INTEGER',
            bigint: 'BIGINT',
            timestamp: 'TIMESTAMP WITH TIME ZONE',
          }[type];
    for (const table of LAKE_TABLE_NAMES) {
      const columns = await reader.query(`describe select * exclude (dt) from ${reader.of(table)}`);
      expect(
        columns.map(({ column_name, column_type }) => [column_name, column_type]),
        table,
      ).toEqual(LAKE_TABLES[table].map(({ name, type }) => [name, spelled(type)]));
    }
    expect(await days('applications', 'application_id, loan_amount::varchar as a, event_time::varchar as t')).toEqual([
      { dt: '2026-11-18', application_id: 'a2', a: '9999999.99', t: '2026-11-18 20:30:00+00' },
      { dt: '2026-11-20', application_id: 'a1', a: '20000.07', t: '2026-11-20 23:59:59.999+00' },
    ]);
    expect(await days('transactions', 'transaction_id as id, amount::varchar as a, location')).toEqual([
      { dt: '2026-11-20', id: 't1', a: '0.01', location: 'Zürich ✓' },
    ]);
  });

  it('are selected with the types of the list, and ordered by their whole key', async () => {
    const spelled = (type: LakeColumn['type']): string =>
      typeof type === 'object'
        ? `numeric(${type.precision},${type.scale})`
        : {
            text: 'text',
            boolean: 'boolean',
            integer: 'integer|smallint',
            bigint: 'bigint',
            timestamp: 'timestamp with time zone',
          }[type];
    const client = await warehouse.warehouse.client();
    await client.query('create temporary table written_days (day date)');
    for (const { name, text } of readSqlFiles('lake/rows')) {
      await client.query(`create temporary view lake_view as ${text}`);
      const found = await warehouse.query<{ name: string; type: string }>(
        `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
         where attrelid = 'lake_view'::regclass order by attnum`,
      );
      await client.query('drop view lake_view');
      const columns = LAKE_TABLES[name as keyof typeof LAKE_TABLES] as readonly LakeColumn[];
      expect(found.map((column) => column.name)).toEqual(columns.map((column) => column.name));
      for (const [index, { type }] of found.entries())
        expect(spelled(columns[index]!.type).split('|'), `${name}.${columns[index]!.name}`).toContain(type);
      const key = await warehouse.query<{ names: string[] }>(
        `select array_agg(attname::text) as names from pg_index join pg_attribute on attrelid = indrelid and attnum = any(indkey)
         where indisprimary and indrelid = $1::regclass`,
        [
          `dw.${{ applications: 'fact_loan_application', decisions: 'superseded_revisions', alerts: 'fraud_alerts', transactions: 'processed_transactions' }[name]}`,
        ],
      );
      expect(LAKE_ORDER[name as keyof typeof LAKE_ORDER]).toEqual(expect.arrayContaining(key[0]!.names));
    }
  });
});

describe('an export', () => {
  it('writes what the warehouse has, to the cent and the day, and nothing when it is run again', async () => {
    for (let n = 0; n < 60; n += 1) {
      const timestamp = new Date(Date.UTC(2026, 10, 10 + (n % 7), n % 24, n)).toISOString();
      world.applications(
        application(`u${n}`, `a${n}`, {
          credit_score: n % 9 === 0 ? 400 : 700,
          loan_amount: `${(n % 9 === 0 ? 20_000 : 0) + n * 37}.${10 + n}`,
          timestamp,
        }),
      );
      world.activity(transaction(`u${n}`, `t${n}`, { amount: `${n}.${99 - n}`, timestamp, merchant: `m${n % 3}` }));
    }
    const first = await batch();
    expect(first).toMatchObject({ written: 7 * 3 + 7, removed: 0, rows: 60 * 3 + 7 });
    const day = (column: string) => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD') as dt`;
    const warehouseSays = {
      applications: `select ${day('event_time')}, count(*)::text as n, sum(loan_amount)::text as sum from dw.fact_loan_application group by 1 order by 1`,
      decisions: `select ${day('event_time')}, count(*)::text as n, sum(loan_amount)::text as sum from dw.loan_application_revisions group by 1 order by 1`,
      alerts: `select ${day('event_time')}, count(*)::text as n, sum(rule_version)::text as sum from dw.fraud_alerts group by 1 order by 1`,
      transactions: `select ${day('timestamp')}, count(*)::text as n, sum(amount)::text as sum from dw.processed_transactions group by 1 order by 1`,
    };
    const summed = {
      applications: 'loan_amount',
      decisions: 'loan_amount',
      alerts: 'rule_version',
      transactions: 'amount',
    };
    for (const table of LAKE_TABLE_NAMES)
      expect(
        await reader.query(
          `select dt, count(*)::varchar as n, sum(${summed[table]})::varchar as sum from ${reader.of(table)} group by 1 order by 1`,
        ),
        table,
      ).toEqual(await warehouse.query(warehouseSays[table]));

    const before = await reader.objects();
    expect(await exported()).toEqual(NOTHING);
    expect(await exported(true)).toEqual(first);
    expect(await reader.objects()).toEqual(before);
  });

  it('writes the days that changed and no others', async () => {
    world.applications(application('u1', 'a1', { timestamp: '2026-11-18T10:00:00Z' }), application('u2', 'a2'));
    await batch();
    world.applications(application('u3', 'a3'));
    expect(await batch()).toMatchObject({ written: 2, removed: 0, rows: 4 });
    expect(await warehouse.query('select table_name, day::text, rows from ops.lake_objects order by 1, 2')).toEqual([
      { table_name: 'applications', day: '2026-11-18', rows: '1' },
      { table_name: 'applications', day: '2026-11-20', rows: '2' },
      { table_name: 'decisions', day: '2026-11-18', rows: '1' },
      { table_name: 'decisions', day: '2026-11-20', rows: '2' },
    ]);
  });

  it('moves an amended application out of its old day, whose object goes when it was the last there', async () => {
    world.applications(application('u1', 'a1', { timestamp: '2026-11-18T10:00:00Z' }));
    await batch();
    expect(await keys()).toContain(lakeKey('applications', '2026-11-18'));
    world.applications(application('u1', 'a1', { revision: 2, loan_amount: 5, timestamp: '2026-11-19T10:00:00Z' }));
    expect(await batch()).toMatchObject({ written: 3, removed: 1 });
    expect(await days('applications', 'application_id, revision, loan_amount::varchar as a')).toEqual([
      { dt: '2026-11-19', application_id: 'a1', revision: '2', a: '5.00' },
    ]);
    expect(await keys()).not.toContain(lakeKey('applications', '2026-11-18'));
    expect(await days('decisions', 'revision, is_current')).toEqual([
      { dt: '2026-11-18', revision: '1', is_current: false },
      { dt: '2026-11-19', revision: '2', is_current: true },
    ]);
  });

  it('takes a transaction out of its old day when a lower position displaces it', async () => {
    const later = new World();
    later.activity(transaction('u1', 't0'), transaction('u1', 't1', { timestamp: '2026-11-17T10:00:00Z' }));
    world.activity(transaction('u1', 't1', { timestamp: '2026-11-15T10:00:00Z' }));
    for (const one of [later, world]) {
      const { log, receipts } = one.archive(one.produced.slice(-1));
      await warehouse.loadReceipts(one, receipts);
      await warehouse.loadLog(one, log);
      await warehouse.load(one);
      await exported();
    }
    await reader.refresh();
    expect(await days('transactions', 'transaction_id as id')).toEqual([{ dt: '2026-11-15', id: 't1' }]);
  });

  it('brings an alert in its latest state, and what it says of its application', async () => {
    world.applications(application('u1', 'a1', RISKY));
    await batch();
    expect(await days('alerts', 'status')).toEqual([{ dt: '2026-11-20', status: 'open' }]);
    await warehouse.extract(world, () => 'confirmed_fraud', Date.UTC(2026, 10, 22));
    await warehouse.load(world);
    expect(await exported()).toMatchObject({ written: 2, rows: 2 });
    await reader.refresh();
    expect(await days('alerts', 'status')).toEqual([{ dt: '2026-11-20', status: 'confirmed_fraud' }]);
    expect(await days('applications', 'is_fraud, fraud_confirmed')).toEqual([
      { dt: '2026-11-20', is_fraud: true, fraud_confirmed: true },
    ]);
  });
});

describe('who refuses analytics', () => {
  const users = async () => {
    const found: Record<string, unknown> = {};
    for (const table of LAKE_TABLE_NAMES) {
      const there = (await keys()).some((key) => key.includes(`/${table}/`));
      const rows = there ? await reader.query(`select distinct user_id from ${reader.of(table)} order by 1`) : [];
      found[table] = rows.map(({ user_id }) => user_id);
    }
    return found;
  };
  const all = (...names: string[]) => ({ applications: names, decisions: names, alerts: names, transactions: names });

  it('is in no table, on no day, from the next export on; and is there again after consenting', async () => {
    world.applications(
      application('u1', 'a1', { ...RISKY, timestamp: '2026-11-10T10:00:00Z' }),
      application('u2', 'a2', RISKY),
    );
    world.activity(transaction('u1', 't1', { timestamp: '2026-11-11T10:00:00Z' }), transaction('u2', 't2'));
    await batch();
    expect(await users()).toEqual({ ...all('u1', 'u2') });

    world.applications(application('u1', 'b1', { ...REFUSES, timestamp: '2026-11-20T12:00:00Z' }));
    await batch();
    expect(await users()).toEqual(all('u2'));
    expect((await keys()).filter((key) => /dt=2026-11-1[01]/.test(key))).toEqual([]);

    world.applications(application('u1', 'c1', { timestamp: '2026-11-20T13:00:00Z' }));
    await batch();
    expect(await users()).toEqual(all('u1', 'u2'));
    // What was stated under the refusal stays out.
    expect(await days('applications', 'application_id as id')).toEqual([
      { dt: '2026-11-10', id: 'a1' },
      { dt: '2026-11-20', id: 'a2' },
      { dt: '2026-11-20', id: 'c1' },
    ]);
  });

  it('is left out with the application alone whose current revision says so', async () => {
    world.applications(
      application('u1', 'a1', RISKY),
      application('u1', 'a2', { ...RISKY, timestamp: '2026-11-20T12:00:00Z' }),
    );
    await batch();
    world.applications(
      application('u1', 'a1', { ...RISKY, ...REFUSES, revision: 2, timestamp: '2026-11-20T11:00:00Z' }),
    );
    await batch();
    for (const table of ['applications', 'decisions', 'alerts'] as const)
      expect(await days(table, 'application_id as id'), table).toEqual([{ dt: '2026-11-20', id: 'a2' }]);
  });
});

describe('a failure half way', () => {
  /** A client whose nth call fails before it reaches the service, and all that follow. */
  function failing(nth: number): S3Client {
    let calls = 0;
    const send = async (command: never) => {
      calls += 1;
      if (calls >= nth) throw new Error('the service is not there');
      return s3.send(command);
    };
    return { send } as unknown as S3Client;
  }

  it('leaves the old objects, and the next export writes all that was to be written', async () => {
    world.applications(application('u1', 'a1'), application('u2', 'a2', { timestamp: '2026-11-19T10:00:00Z' }));
    await batch();
    const before = await reader.objects();
    world.applications(application('u3', 'a3'), application('u4', 'a4', { timestamp: '2026-11-19T10:00:00Z' }));
    world.archive();
    await warehouse.batch(world);
    await expect(exported(false, failing(1))).rejects.toThrow('the service is not there');
    expect(await reader.objects()).toEqual(before);
    await expect(exported(false, failing(2))).rejects.toThrow('the service is not there');
    expect(await exported()).toMatchObject({ written: 4, rows: 8 });
    expect(await exported()).toEqual(NOTHING);
    await reader.refresh();
    expect(await days('applications', 'application_id as id')).toEqual([
      { dt: '2026-11-19', id: 'a2' },
      { dt: '2026-11-19', id: 'a4' },
      { dt: '2026-11-20', id: 'a1' },
      { dt: '2026-11-20', id: 'a3' },
    ]);
    expect(
      await warehouse.query(
        `select count(*)::integer as n from dw.metadata_table where job = 'export-lake' and status = 'running'`,
      ),
    ).toEqual([{ n: 2 }]);
  });

  it('also of the removal of a day: it is taken away the next time', async () => {
    world.applications(application('u1', 'a1'));
    await batch();
    world.applications(application('u1', 'a1', { ...REFUSES, revision: 2 }));
    world.archive();
    await warehouse.batch(world);
    await expect(exported(false, failing(1))).rejects.toThrow('the service is not there');
    expect(await keys()).toHaveLength(2);
    expect(await exported()).toMatchObject({ written: 0, rows: 0 });
    expect(await keys()).toEqual([]);
  });
});

describe('a load that commits while the export runs', () => {
  it('is not lost: its days are written the next time', async () => {
    world.applications(application('u1', 'a1'), application('u2', 'a2', RISKY));
    world.archive();
    await warehouse.batch(world);
    let loaded = false;
    const send = async (command: never) => {
      if (!loaded) {
        loaded = true;
        world.applications(application('u3', 'a3'));
        world.archive();
        await warehouse.alongside((other) => other.batch(world).then(() => undefined));
      }
      return s3.send(command);
    };
    await exported(false, { send } as unknown as S3Client);
    // The other tables were read after it.
    expect(await exported()).toMatchObject({ written: 1, removed: 0, rows: 3 });
    await reader.refresh();
    expect(await days('applications', 'application_id as id')).toHaveLength(3);
    expect(await exported()).toEqual(NOTHING);
  });

  it('and of two exports one waits for the other', async () => {
    world.applications(application('u1', 'a1'));
    world.archive();
    await warehouse.batch(world);
    const [one, two] = await Promise.all([
      exported(),
      warehouse.alongside(async (other) =>
        exportLake(await other.warehouse.client(), new Lake(s3, bucket), { runId: 'other' }, readLakeSql()),
      ),
    ]);
    expect([one.rows, two.rows].sort()).toEqual([0, 2]);
  });
});

describe('columns or a query that changed', () => {
  it('make all days of that table be written again, and no other table', async () => {
    world.applications(application('u1', 'a1', { timestamp: '2026-11-18T10:00:00Z' }), application('u2', 'a2'));
    await batch();
    const sql = readLakeSql();
    const changed = { ...sql, formats: { ...sql.formats, decisions: 'another' } };
    const run = async () =>
      exportLake(await warehouse.warehouse.client(), new Lake(s3, bucket), { runId: warehouse.nextRun() }, changed);
    expect(await run()).toMatchObject({ written: 2, rows: 2 });
    expect(await run()).toEqual(NOTHING);
  });
});
