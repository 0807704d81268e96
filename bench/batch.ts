/** The whole batch over an S3 log: plan, score and load with two loaders, merge, check, reconcile. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrate } from '../lambdas/adapters/migrations.ts';
import { Warehouse, warehouseEnv } from '../lambdas/adapters/postgres.ts';
import { readSqlFiles } from '../lambdas/adapters/sql-files.ts';
import { checkQuality } from '../lambdas/check-quality/quality.ts';
import { stageConflictingRecords } from '../lambdas/load-warehouse/conflicting-records.ts';
import { loadWarehouse } from '../lambdas/load-warehouse/load.ts';
import { type Group, planBatch } from '../lambdas/plan-batch/plan.ts';
import { reconcile } from '../lambdas/reconcile/reconcile.ts';
import { type PostgresServer, startPostgres } from '../local/servers/postgres.ts';
import { cpuSecondsOfTree, ownCpuSeconds } from './cpu.ts';
import { type Lake, openLake, s3Environment } from './kept-log.ts';
import type { LoaderAnswer, LoaderTask } from './loader.ts';
import { type BenchOptions, type Measurement, median } from './measure.ts';

const APPLICATIONS = 1_000_000;
const LOADERS = 2;

interface Run {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly loaderPeakMiB: number;
  readonly phases: Readonly<Record<string, number>>;
}

export async function run({ scale, runs }: BenchOptions): Promise<readonly Measurement[]> {
  const count = Math.max(10_000, Math.round(APPLICATIONS * scale));
  const lake = await openLake(count);
  const home = mkdtempSync(path.join(tmpdir(), 'crp-bench-'));
  const postgres = await startPostgres({ directory: path.join(home, 'postgres'), logFile: path.join(home, 'log') });
  try {
    const results: Run[] = [];
    for (let i = 0; i < runs; i += 1) results.push(await once(lake, postgres, `bench_${i}`));
    return measurements(count, results);
  } finally {
    await postgres.stop();
    await lake.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

function measurements(count: number, results: readonly Run[]): Measurement[] {
  const rates = results.map(({ seconds }) => count / seconds);
  const cpu = results.map(({ cpuSeconds }) => (cpuSeconds / count) * 1e6);
  const peak = Math.max(...results.map(({ loaderPeakMiB }) => loaderPeakMiB));
  const phases = Object.keys(results[0]!.phases).map(
    (name) => `${name} ${median(results.map((r) => r.phases[name]!)).toFixed(1)} s`,
  );
  const common = { baseline: null, ratio: null };
  return [
    {
      ...common,
      name: `whole batch, ${count} applications, two loaders`,
      unit: 'applications/s',
      median: median(rates),
      runs: rates,
      target: 20_000,
      note: phases.join(', '),
    },
    {
      ...common,
      name: 'whole batch: CPU of functions, PostgreSQL and S3',
      unit: 'CPU s per million',
      median: median(cpu),
      runs: cpu,
      target: null,
      note: `largest resident memory of a loader ${peak.toFixed(0)} MiB`,
    },
  ];
}

async function once(lake: Lake, postgres: PostgresServer, database: string): Promise<Run> {
  const admin = await postgres.connect();
  await admin.query(`create database ${database}`);
  await admin.query('checkpoint');
  await admin.end();
  process.env['PGPASSFILE'] = postgres.passfile;
  const env = { PGHOST: '127.0.0.1', PGPORT: String(postgres.port), PGUSER: postgres.user, PGDATABASE: database };
  const warehouse = new Warehouse(warehouseEnv.parse(env), 'bench');
  await migrate(await warehouse.client(), readSqlFiles('migrations'));
  const loaders = Array.from({ length: LOADERS }, () =>
    fork(path.join(import.meta.dirname, 'loader.ts'), {
      env: { ...process.env, ...env, ...s3Environment(lake.endpoint) },
      execArgv: ['--disable-warning=ExperimentalWarning'],
    }),
  );
  const runId = `run-${database}`;
  const phases: Record<string, number> = {};
  const phase = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const from = performance.now();
    const result = await work();
    phases[name] = (performance.now() - from) / 1000;
    return result;
  };
  const before = ownCpuSeconds() + cpuSecondsOfTree(postgres.child.pid) + cpuSecondsOfTree(lake.s3.child.pid);
  const from = performance.now();
  const plan = await phase('plan', () =>
    planBatch(lake.objects, warehouse, { runId }, { reach: { maxAgeHours: 12, marginMinutes: 60 } }),
  );
  await phase('receipts', () => share(loaders, 'receipts', plan.receiptGroups));
  const answers = await phase('score', () => share(loaders, 'log', plan.logGroups));
  const client = await warehouse.client();
  await phase('load', async () => {
    await stageConflictingRecords(lake.objects, client);
    await loadWarehouse(client, { runId }, readSqlFiles('loads'));
  });
  await phase('check', () => checkQuality(client, { runId }, readSqlFiles('tests')));
  const found = await phase('reconcile', () =>
    reconcile(client, lake.sources, { runId }, readSqlFiles('reconcile'), {
      now: Date.now(),
      logLagSeconds: 0,
      reach: { maxAgeHours: 1e6, marginMinutes: 60 },
    }),
  );
  const seconds = (performance.now() - from) / 1000;
  const after = ownCpuSeconds() + cpuSecondsOfTree(postgres.child.pid) + cpuSecondsOfTree(lake.s3.child.pid);
  for (const loader of loaders) loader.send(null as never);
  await warehouse.end();
  const faults = found.pending + found.missing + found.unexpected + found.parityDifferences;
  if (faults > 0) throw new Error(`the batch does not reconcile: ${JSON.stringify(found)}`);
  const last = await postgres.connect();
  await last.query(`drop database ${database} with (force)`);
  await last.end();
  return {
    seconds,
    cpuSeconds: after - before + answers.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    loaderPeakMiB: Math.max(...answers.map(({ peakMiB }) => peakMiB)),
    phases,
  };
}

/** Gives each loader a group at a time until all are done. @returns the last answer of each loader */
async function share(
  loaders: readonly ChildProcess[],
  kind: LoaderTask['kind'],
  groups: readonly Group[],
): Promise<LoaderAnswer[]> {
  const queue = [...groups];
  return Promise.all(
    loaders.map(async (loader) => {
      let last: LoaderAnswer = { rows: 0, cpuSeconds: 0, peakMiB: 0 };
      for (let group = queue.shift(); group; group = queue.shift()) {
        const answer = new Promise<LoaderAnswer>((resolve, reject) => {
          loader.once('message', (message) => resolve(message as LoaderAnswer));
          loader.once('exit', () => reject(new Error('a loader ended')));
        });
        loader.send({ kind, ...group } satisfies LoaderTask);
        last = await answer;
      }
      return last;
    }),
  );
}
