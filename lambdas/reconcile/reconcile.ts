import type { Client } from 'pg';
import { type Reach, unreachableFrom } from '../../core/contract/reach.ts';
import type { StreamName } from '../../core/contract/streams.ts';
import { inTransaction } from '../adapters/postgres.ts';
import type { SqlFile } from '../adapters/sql-files.ts';
import type { PositionSource } from '../adapters/stream-positions.ts';
import type { RunEvent } from '../batch/events.ts';
import { finishJob, type Job, plannedAt, runJob, startJob } from '../batch/lineage.ts';
import { type Mark, stageStream } from './stage-stream.ts';

export interface Reconciliation {
  /** in the log, no receipt yet, still within the stream's reach */
  readonly pending: number;
  /** in the stream or with a receipt, but not in the log or the warehouse; or out of reach without a receipt */
  readonly missing: number;
  /** in the warehouse or with a receipt, but never in the stream or the log; or told twice */
  readonly unexpected: number;
  /** positions of which the stream and the batch made different things */
  readonly parityDifferences: number;
  /** up to 50 positions of each kind, as `stream/shard/seq` */
  readonly examples: Readonly<Record<FindingName, readonly string[]>>;
}
type FindingName = 'pending' | 'missing' | 'unexpected' | 'parityDifferences';

export interface ReconcileSettings {
  /**
   * The log lags behind the stream by archive-log's window: records younger than this when the batch was planned are
   * left for the next reconciliation.
   */
  readonly logLagSeconds: number;
  /** up to when the stream may decide a record */
  readonly reach: Reach;
  /** ms since 1970: stands for the time of the plan where the run has none */
  readonly now: number;
}

const RECONCILE_LOCK = 7_302_114_003;
const NAMES: Readonly<Record<string, FindingName>> = {
  pending: 'pending',
  missing: 'missing',
  unexpected: 'unexpected',
  parity: 'parityDifferences',
};

/**
 * Compares the sets of positions of stream, log, receipts and warehouse, and what stream and batch made of each
 * record. The streams are read from where the last reconciliation ended; marks, findings and what is carried over
 * commit together. The sets are compared in the database, so memory does not grow with them.
 */
export async function reconcile(
  client: Client,
  sources: Readonly<Record<StreamName, PositionSource>>,
  { runId }: RunEvent,
  files: readonly SqlFile[],
  settings: ReconcileSettings,
): Promise<Reconciliation> {
  const job: Job = { runId, job: 'reconcile', source: 'streams, log, receipts', target: 'ops.reconciliations' };
  await startJob(client, job);
  // As mark-undecided does: a record that comes of age while the batch runs is for the next one.
  const planned = (await plannedAt(client, runId)) ?? settings.now;
  // A record must have arrived by then to be expected in the log.
  const until = planned - settings.logLagSeconds * 1000;
  const reachable = planned - unreachableFrom(settings.reach);
  await client.query(
    `create temporary table if not exists stream_positions (
       stream text not null, shard integer not null, seq text collate "C" not null, arrival timestamptz not null
     )`,
  );
  await client.query('truncate stream_positions');
  const marks: Mark[] = [];
  for (const [stream, source] of Object.entries(sources))
    marks.push(...(await stageStream(client, stream as StreamName, source, until)));
  const result = await inTransaction(client, async () => {
    await client.query('select pg_advisory_xact_lock($1)', [RECONCILE_LOCK]);
    const { found, positions } = await compare(client, files, until, reachable);
    await advance(client, marks, runId);
    await keep(client, runId, found);
    await finishJob(client, job, { rowsIn: positions, rowsOut: total(found) });
    await finishJob(client, runJob(runId), { rowsIn: positions, rowsOut: positions });
    return found;
  });
  await client.query('drop table stream_positions');
  return result;
}

async function compare(
  client: Client,
  files: readonly SqlFile[],
  until: number,
  reachable: number,
): Promise<{ found: Reconciliation; positions: number }> {
  await client.query(
    `select set_config('reconcile.until', $1, true), set_config('reconcile.reachable', $2, true),
       set_config('work_mem', '96MB', true), set_config('jit', 'off', true)`,
    [new Date(until).toISOString(), new Date(reachable).toISOString()],
  );
  let rows: { kind: string; count: number; examples: string[] }[] = [];
  for (const { text } of files) rows = (await client.query<(typeof rows)[number]>(text)).rows;
  const found = {
    pending: 0,
    missing: 0,
    unexpected: 0,
    parityDifferences: 0,
    examples: { pending: [], missing: [], unexpected: [], parityDifferences: [] } as Record<FindingName, string[]>,
  };
  for (const { kind, count, examples } of rows) {
    const name = NAMES[kind];
    if (!name) continue;
    found[name] = count;
    found.examples[name] = examples;
  }
  const { rows: counted } = await client.query<{ positions: number }>(
    'select ((select count(*) from staging.applications) + (select count(*) from staging.activity))::integer as positions',
  );
  return { found, positions: counted[0]?.positions ?? 0 };
}

async function advance(client: Client, marks: readonly Mark[], runId: string): Promise<void> {
  for (const { stream, shardId, seq } of marks)
    await client.query(
      `insert into ops.stream_marks as t (stream, shard_id, seq, run_id) values ($1, $2, $3, $4)
       on conflict (stream, shard_id) do update set seq = excluded.seq, run_id = excluded.run_id
       where excluded.seq > t.seq`,
      [stream, shardId, seq, runId],
    );
}

async function keep(client: Client, runId: string, found: Reconciliation): Promise<void> {
  await client.query(
    `insert into ops.reconciliations (run_id, at, pending, missing, unexpected, parity_differences, examples)
     values ($1, clock_timestamp(), $2, $3, $4, $5, $6)
     on conflict (run_id) do update set
       at = excluded.at, pending = excluded.pending, missing = excluded.missing, unexpected = excluded.unexpected,
       parity_differences = excluded.parity_differences, examples = excluded.examples`,
    [runId, found.pending, found.missing, found.unexpected, found.parityDifferences, JSON.stringify(found.examples)],
  );
}

const total = (r: Reconciliation): number => r.pending + r.missing + r.unexpected + r.parityDifferences;
