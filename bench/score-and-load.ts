/**
 * Parse, check and band alone: applications as NDJSON into the keyed credit_scores, what the Spark job of old did.
 * Beside it a bare binary COPY of the same rows into the same table: what the server alone needs.
 */
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import type { Client } from 'pg';
import { plainApplications } from '../cli/generate/plain.ts';
import { APPLICATIONS } from '../core/contract/streams.ts';
import { inspect } from '../core/events/inspect.ts';
import { protect } from '../core/events/protect.ts';
import { parsePolicy, type Policy } from '../core/policy/policy.ts';
import { BinaryCopy } from '../lambdas/adapters/binary-copy.ts';
import { copyBinary } from '../lambdas/adapters/copy-in.ts';
import { startPostgres, type PostgresServer } from '../local/servers/postgres.ts';
import { cpuSecondsOfTree, ownCpuSeconds, residentMiB } from './cpu.ts';
import { type BenchOptions, type Measurement, median } from './measure.ts';

const RECORDS = 1_000_000;
const AS_OF = Date.UTC(2026, 10, 1);
const NEWLINE = 0x0a;
const COLUMNS = 6;
const TARGET = 'credit_scores (application_id, user_id, credit_score, loan_amount, risk_level, timestamp)';

interface Loaded {
  readonly seconds: number;
  /** of this process and of the server */
  readonly cpuSeconds: number;
}

export async function run({ scale, runs }: BenchOptions): Promise<readonly Measurement[]> {
  const count = Math.max(20_000, Math.round(RECORDS * scale));
  const policy = parsePolicy(readFileSync(path.join(import.meta.dirname, '..', 'policies', 'default.json'), 'utf8'));
  const home = mkdtempSync(path.join(tmpdir(), 'crp-bench-'));
  const postgres = await startPostgres({ directory: path.join(home, 'postgres'), logFile: path.join(home, 'log') });
  try {
    const file = path.join(home, 'applications.ndjson');
    await writeInput(file, count);
    const client = await postgres.connect();
    const kept: Buffer[] = [];
    await intoNewTable(client, postgres, count, (send) => scoreFile(file, policy, keeping(send, kept)));
    const scored: Loaded[] = [];
    const bare: Loaded[] = [];
    for (let i = 0; i < runs; i += 1) {
      bare.push(
        await intoNewTable(client, postgres, count, async (send) => {
          for (const chunk of kept) await send(chunk);
        }),
      );
      scored.push(await intoNewTable(client, postgres, count, (send) => scoreFile(file, policy, send)));
    }
    await client.end();
    return measurements(count, scored, bare);
  } finally {
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

function measurements(count: number, scored: readonly Loaded[], bare: readonly Loaded[]): Measurement[] {
  const rate = (all: readonly Loaded[]): number[] => all.map(({ seconds }) => count / seconds);
  const cpu = (all: readonly Loaded[]): number[] => all.map(({ cpuSeconds }) => (cpuSeconds / count) * 1e6);
  const name = 'a bare binary COPY of the same rows into the same table';
  // Each run beside the bare COPY that ran just before it, so that a slower minute of the machine hits both.
  const ratios = rate(scored).map((value, i) => value / rate(bare)[i]!);
  return [
    {
      name: `score and load: ${count} applications`,
      unit: 'records/s',
      median: median(rate(scored)),
      runs: rate(scored),
      baseline: { name, value: median(rate(bare)) },
      ratio: median(ratios),
      target: null,
      note: `one thread, resident memory at most ${residentMiB('self').peak.toFixed(0)} MiB with the baseline's rows`,
    },
    {
      name: 'score and load: ratio to the bare COPY',
      unit: 'ratio',
      median: median(ratios),
      runs: ratios,
      baseline: null,
      ratio: null,
      target: 0.6,
    },
    {
      name: 'score and load: CPU, server included',
      unit: 'CPU s per million',
      median: median(cpu(scored)),
      runs: cpu(scored),
      baseline: { name, value: median(cpu(bare)) },
      ratio: median(cpu(scored)) / median(cpu(bare)),
      target: 10,
      atMost: true,
      note: 'Spark, tuned: 38; pandas: 63',
    },
  ];
}

async function writeInput(file: string, count: number): Promise<void> {
  const out = createWriteStream(file);
  for (const batch of plainApplications({ count, seed: 1, asOf: AS_OF })) {
    const text = batch.map(({ data }) => `${data.toString('latin1')}\n`).join('');
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
}

type Send = (chunk: Buffer) => Promise<void>;

const keeping =
  (send: Send, kept: Buffer[]): Send =>
  (chunk) => {
    kept.push(chunk);
    return send(chunk);
  };

/** One load into a new, keyed table. @throws Error when rows are missing */
async function intoNewTable(
  client: Client,
  postgres: PostgresServer,
  count: number,
  work: (send: Send) => Promise<void>,
): Promise<Loaded> {
  await client.query(`drop table if exists credit_scores`);
  await client.query(`create table credit_scores (
    application_id text collate "C" not null,
    user_id text collate "C" not null,
    credit_score smallint not null,
    loan_amount numeric(12, 2) not null,
    risk_level text not null,
    timestamp timestamptz not null,
    primary key (application_id, user_id)
  )`);
  await client.query('checkpoint');
  const cpuBefore = ownCpuSeconds() + cpuSecondsOfTree(postgres.child.pid);
  const start = performance.now();
  const copy = copyBinary(client, TARGET);
  await work((chunk) => copy.write(chunk));
  const rows = await copy.end();
  const seconds = (performance.now() - start) / 1000;
  const cpuSeconds = ownCpuSeconds() + cpuSecondsOfTree(postgres.child.pid) - cpuBefore;
  if (rows !== count) throw new Error(`${rows} of ${count} rows were loaded`);
  return { seconds, cpuSeconds };
}

async function scoreFile(file: string, policy: Policy, send: Send): Promise<void> {
  const rows = new BinaryCopy();
  const position = { stream: APPLICATIONS, shard: 'shardId-000000000000', seq: '' } as const;
  const score = (data: Buffer): void => {
    const record = protect({ position, arrival: AS_OF, key: '', data });
    const inspection = inspect(record, policy.limits, { hash: false });
    if (inspection.kind !== 'application' || inspection.riskLevel === null) return;
    const { application } = inspection;
    rows.row(COLUMNS);
    rows.text(application.application_id);
    rows.text(application.user_id);
    rows.int2(application.credit_score);
    rows.cents(application.loan_amount);
    rows.text(inspection.riskLevel);
    rows.timestamp(application.event_time);
  };
  let rest: Buffer = Buffer.alloc(0);
  for await (const read of createReadStream(file, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    const chunk = rest.length === 0 ? read : Buffer.concat([rest, read]);
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      score(chunk.subarray(from, end));
      from = end + 1;
      if (rows.full) await send(rows.take());
    }
    rest = chunk.subarray(from);
  }
  if (rest.length > 0) score(rest);
  await send(rows.end());
}
