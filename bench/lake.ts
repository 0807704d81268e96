/** The export of a full warehouse to the lake, beside what the server alone needs to hand the same rows out as CSV. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { to as copyTo } from 'pg-copy-streams';
import type { Client } from 'pg';
import { Lake } from '../lambdas/adapters/lake.ts';
import { migrate } from '../lambdas/adapters/migrations.ts';
import { connectPostgres, warehouseEnv } from '../lambdas/adapters/postgres.ts';
import { readSqlFiles } from '../lambdas/adapters/sql-files.ts';
import { exportLake } from '../lambdas/export-lake/export.ts';
import { readLakeSql } from '../lambdas/export-lake/lake-sql.ts';
import { startPostgres } from '../local/servers/postgres.ts';
import { startS3 } from '../local/servers/s3.ts';
import { cpuSecondsOfTree, ownCpuSeconds, residentMiB } from './cpu.ts';
import { BUCKET, REGION, s3Client } from './kept-log.ts';
import { type BenchOptions, type Measurement, median } from './measure.ts';

/** applications, each with its decision, and as many transactions: so three rows of the lake for each */
const APPLICATIONS = 400_000;
const DAYS = 4;
const TARGET_ROWS = 100_000;

export async function run({ scale, runs }: BenchOptions): Promise<readonly Measurement[]> {
  const count = Math.max(10_000, Math.round(APPLICATIONS * scale));
  const home = mkdtempSync(path.join(tmpdir(), 'crp-bench-'));
  const postgres = await startPostgres({ directory: path.join(home, 'postgres'), logFile: path.join(home, 'log') });
  const s3 = await startS3({ directory: path.join(home, 's3'), logFile: path.join(home, 's3.log') }, REGION);
  const objects = s3Client(`http://127.0.0.1:${s3.port}`);
  process.env['PGPASSFILE'] = postgres.passfile;
  const env = { PGHOST: '127.0.0.1', PGPORT: String(postgres.port), PGUSER: postgres.user, PGDATABASE: 'postgres' };
  const client = await connectPostgres(warehouseEnv.parse(env), 'bench');
  try {
    await objects.send(new CreateBucketCommand({ Bucket: BUCKET }));
    await migrate(client, readSqlFiles('migrations'));
    await fill(client, count);
    const lake = new Lake(objects, BUCKET);
    const rates: number[] = [];
    const baselines: number[] = [];
    const cpu: Cpu[] = [];
    let bytes = 0;
    let rows = 0;
    for (let i = -1; i < runs; i += 1) {
      const copied = await copyOut(client);
      const from = performance.now();
      const before = spent(postgres.child.pid);
      const done = await exportLake(client, lake, { runId: `run-${i}`, full: true }, readLakeSql());
      const rate = done.rows / ((performance.now() - from) / 1000);
      const after = spent(postgres.child.pid);
      ({ bytes, rows } = done);
      if (i < 0) continue; // the first brings the tables into memory
      rates.push(rate);
      baselines.push(done.rows / copied);
      cpu.push({ own: after.own - before.own, server: after.server - before.server });
    }
    if (rows !== 3 * count) throw new Error(`${rows} rows were exported, not ${3 * count}`);
    return [measurement(rates, baselines, cpu, rows, bytes)];
  } finally {
    await client.end();
    objects.destroy();
    await s3.stop();
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** CPU seconds, which tell the cost on a machine that has other work as well. */
interface Cpu {
  readonly own: number;
  readonly server: number;
}

const spent = (server: number | undefined): Cpu => ({
  own: ownCpuSeconds(),
  server: server === undefined ? 0 : cpuSecondsOfTree(server),
});

function measurement(
  rates: readonly number[],
  baselines: readonly number[],
  cpu: readonly Cpu[],
  rows: number,
  bytes: number,
): Measurement {
  const perMillion = (of: keyof Cpu): string => ((median(cpu.map((c) => c[of])) / rows) * 1e6).toFixed(1);
  return {
    name: `lake: ${rows} rows of ${DAYS} days to Parquet in S3`,
    unit: 'rows/s',
    median: median(rates),
    runs: rates,
    baseline: { name: 'COPY of the same rows TO STDOUT as CSV', value: median(baselines) },
    ratio: median(rates) / median(baselines),
    target: TARGET_ROWS,
    note: `${(bytes / rows).toFixed(0)} bytes a row; CPU s per million rows: ${perMillion('own')} of the export, ${perMillion('server')} of the server; resident memory at most ${residentMiB('self').peak.toFixed(0)} MiB`,
  };
}

/** @returns seconds in which the server hands out the same rows, ordered alike, to a process that drops them */
async function copyOut(client: Client): Promise<number> {
  const from = performance.now();
  await client.query('create temporary table if not exists written_days (day date)');
  await client.query(
    `insert into written_days
     select distinct (event_time at time zone 'utc')::date from dw.fact_loan_application`,
  );
  for (const query of Object.values(readLakeSql().rows)) {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    await pipeline(client.query(copyTo(`copy (${query}) to stdout (format csv)`)), nowhere);
  }
  const seconds = (performance.now() - from) / 1000;
  await client.query('drop table written_days');
  return seconds;
}

/** Rows as a load would have left them; what they say is of no matter here but for how alike they are. */
async function fill(client: Client, count: number): Promise<void> {
  const at = `timestamptz '2026-11-01 00:00:00Z' + make_interval(secs => i * ${(DAYS * 86_400 - 1) / count})`;
  await client.query(`insert into dw.dim_policy (policy_key, policy_digest, policy_id, version, effective_from, high_below, low_from)
    values (1, repeat('ab', 32), 'default', '2026-11-01', '2026-11-01', 500, 700)`);
  await client.query(`insert into dw.fact_loan_application
    (application_id, user_id, revision, time_id, event_time, ingest_time, credit_score, loan_amount, risk_level, is_fraud,
     fraud_confirmed, approval_status, region, analytics_consent, policy_key, shard, seq)
    select 'app-' || md5(i::text), 'user-' || (i::bigint * 7919 % 99991), 1, 20261101, ${at}, ${at} + interval '2 seconds',
      300 + i * 31 % 551, (i::bigint * 7907 % 5000000) / 100.0, (array['High', 'Medium', 'Low'])[1 + i % 3], i % 40 = 0, false,
      (array['Approved', 'Rejected', 'Under Review'])[1 + i % 3], 'Region ' || i % 20, true, 1, 0, lpad(i::text, 56, '0')
    from generate_series(1, ${count}) as i`);
  await client.query(`insert into dw.processed_transactions
    (transaction_id, user_id, amount, timestamp, ingest_time, location, merchant, card_type, device_id, credit_score,
     risk_level, is_fraud, policy_key, shard, seq)
    select 'tx-' || md5(i::text), 'user-' || (i::bigint * 7919 % 99991), (i::bigint * 7907 % 500000) / 100.0, ${at},
      ${at} + interval '2 seconds', 'City ' || i % 300, 'Merchant ' || i % 2000, (array['visa', 'amex'])[1 + i % 2],
      'device-' || (i::bigint * 7919 % 120011), null, null, i % 90 = 0, 1, 0, lpad(i::text, 56, '0')
    from generate_series(1, ${count}) as i`);
  await client.query('vacuum analyze dw.fact_loan_application, dw.processed_transactions');
}
