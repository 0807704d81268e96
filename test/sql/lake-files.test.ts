import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateBucketCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { s3Client } from '../../bench/kept-log.ts';
import { LAKE_TABLES, type LakeColumn, lakeKey } from '../../core/contract/lake.ts';
import { Lake, type LakeDay } from '../../lambdas/adapters/lake.ts';
import { rowsByDay } from '../../lambdas/export-lake/rows.ts';
import { startS3 } from '../../local/servers/s3.ts';
import type { Server } from '../../local/servers/server.ts';
import { LakeReader } from '../support/lake.ts';
import { startPostgres, type TestServer } from '../support/postgres.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'crp-lake-files-'));
const COLUMNS: readonly LakeColumn[] = LAKE_TABLES.applications;
let server: TestServer;
let s3Server: Server;
let s3: S3Client;
let client: Client;

beforeAll(async () => {
  server = await startPostgres(['fsync=off']);
  s3Server = await startS3({ directory: path.join(scratch, 's3'), logFile: path.join(scratch, 's3.log') }, 'us-east-1');
  s3 = s3Client(`http://127.0.0.1:${s3Server.port}`);
  client = await server.connect();
});
afterAll(async () => {
  await client.end();
  s3.destroy();
  await s3Server.stop();
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** Rows of applications, of which a test states the columns that it is about. */
function rows(count: number, columns: Readonly<Record<string, string>> = {}): string {
  const usual: Readonly<Record<string, string>> = {
    application_id: `'a' || n`,
    user_id: `'u' || n`,
    revision: 'n::bigint',
    event_time: `timestamptz '2026-11-20 00:00:00Z' + make_interval(secs => n * 0.001)`,
    ingest_time: `timestamptz '2026-11-20 00:00:00Z'`,
    credit_score: '700::smallint',
    loan_amount: '1::numeric(12, 2)',
    risk_level: `'Low'`,
    approval_status: `'Approved'`,
    is_fraud: 'false',
    fraud_confirmed: 'false',
    region: 'null::text',
    pd: 'null::numeric(9, 8)',
    model_version: 'null::text',
    policy_id: `'default'`,
    policy_version: `'1'`,
  };
  const list = COLUMNS.map(({ name }) => `${columns[name] ?? usual[name]!} as ${name}`);
  return `select ${list.join(', ')} from generate_series(1, ${count}) as n order by n`;
}

async function written(bucket: string, query: string, groupRows?: number): Promise<LakeReader> {
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const lake = new Lake(s3, bucket);
  const open = new Map<string, LakeDay>();
  for await (const { day, columns } of rowsByDay(client, 'applications', query, groupRows)) {
    if (!open.has(day)) open.set(day, lake.open('applications', day));
    await open.get(day)!.add(columns);
  }
  for (const day of open.values()) await day.finish();
  const reader = new LakeReader(s3, bucket);
  await reader.refresh();
  return reader;
}

it('has every value as PostgreSQL has it, in groups that end with the day or are full', async () => {
  const query = rows(3_000, {
    application_id: `case n % 7 when 0 then '' when 1 then repeat('ü✓', n) else 'a' || n end`,
    revision: `case n % 5 when 0 then 9223372036854775807 - n when 1 then -9223372036854775807 + n else n end`,
    event_time: `timestamptz '2026-11-19 23:59:59Z' + make_interval(secs => n * 0.001001)`,
    ingest_time: `timestamptz '1969-12-31 23:59:59.999999Z' + make_interval(days => n * 7)`,
    credit_score: `((n % 3 - 1) * n)::smallint`,
    loan_amount: `(case n % 6 when 0 then 0 when 1 then 9999999999.99 when 2 then -12345678.9 when 3 then 10000
      when 4 then n / 100.0 else -0.01 end)::numeric(12, 2)`,
    // none at all, then few, then another in every row: no dictionary, one, and one that does not pay
    risk_level: `case when n > 1000 then 'r' || n % 3 end`,
    region: `case when n % 4 > 0 then 'Région ' || n end`,
    approval_status: `'s' || n % 1500`,
    is_fraud: 'n % 3 = 0',
    fraud_confirmed: 'n > 2000',
    pd: `case when n % 3 > 0 then (n / 3001.0)::numeric(9, 8) when n % 2 = 0 then 0.00000001::numeric(9, 8) end`,
  });
  const reader = await written('values', query, 700);
  const spelled = (of: (column: LakeColumn) => string): string =>
    COLUMNS.map((column) => `${of(column)} as ${column.name}`).join(', ');
  const expected = await client.query(
    `select ${spelled(({ name, type }) => (type === 'timestamp' ? `(extract(epoch from ${name}) * 1000000)::bigint::text` : `${name}::text`))}
     from (${query}) as rows order by event_time`,
  );
  const found = await reader.query(
    `select ${spelled(({ name, type }) => (type === 'timestamp' ? `epoch_us(${name})::varchar` : `${name}::varchar`))}
     from ${reader.of('applications')} as rows order by rows.event_time`,
  );
  expect(found).toHaveLength(3_000);
  expect(found).toEqual(expected.rows);
  const groups = await reader.query(
    `select distinct file_name like '%2026-11-19%' as first, row_group_id, row_group_num_rows as n
     from parquet_metadata('${reader.files('applications')}') order by first desc, row_group_id`,
  );
  expect(groups.map(({ n }) => Number(n))).toEqual([700, 299, 700, 700, 601]);
  // A reader leaves out groups by their bounds: each must lie within what was written, and find all of it.
  for (const [where, count] of [
    ['revision > 9223372036854772806', 600],
    ['revision < -9223372036854770000', 600],
    ['loan_amount = 9999999999.99', 500],
    ['loan_amount < -1', 500],
    [`region = 'Région 2999'`, 1],
    [`risk_level is null`, 1_000],
    ['credit_score = -2997', 1],
    [`ingest_time < '1970-01-08 00:00:00Z'`, 1],
    ['fraud_confirmed', 1_000],
  ] as const)
    expect(
      await reader.query(`select count(*)::integer as n from ${reader.of('applications')} where ${where}`),
      where,
    ).toEqual([{ n: count }]);
  reader.end();
});

it('is put together from parts when it is larger than one', async () => {
  const many = Array.from({ length: 16 }, (_, i) => `md5((n * 16 + ${i})::text)`).join(' || ');
  const query = rows(40_000, { application_id: many });
  const reader = await written('parts', query);
  const object = await s3.send(new HeadObjectCommand({ Bucket: 'parts', Key: lakeKey('applications', '2026-11-20') }));
  expect(object.ContentLength).toBeGreaterThan(8 * 1024 * 1024);
  const digest = `count(*)::integer as n, md5(string_agg(application_id, '' order by revision)) as digest`;
  const { rows: expected } = await client.query(`select ${digest} from (${query}) as rows`);
  expect(await reader.query(`select ${digest} from ${reader.of('applications')}`)).toEqual(expected);
  reader.end();
});

it('gives the connection back to who stops half way, and after an error of the server', async () => {
  for await (const { rows: count } of rowsByDay(client, 'applications', rows(100_000), 1_000)) {
    expect(count).toBe(1_000);
    break;
  }
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  const all = async () => {
    const query = rows(100_000, { revision: '(1 / (n - 90000))::bigint' });
    for await (const { columns } of rowsByDay(client, 'applications', query, 1_000)) expect(columns).toHaveLength(16);
  };
  await expect(all()).rejects.toThrow('division by zero');
  expect((await client.query('select 2 as two')).rows).toEqual([{ two: 2 }]);
});

it('refuses what a column cannot hold', async () => {
  const all = async (columns: Readonly<Record<string, string>>) => (await written('refused', rows(3, columns))).end();
  await expect(all({ loan_amount: `'NaN'::numeric(12, 2)` })).rejects.toThrow('a finite number was expected');
});
