import { LOG_PREFIX, RECEIPTS_PREFIX } from '../core/contract/storage.ts';
import { STREAM_NAMES, type StreamName } from '../core/contract/streams.ts';
import { rowsOf } from '../lambdas/adapters/warehouse-reader.ts';
import { listSpans, logRecords, receiptLines } from './log/read.ts';
import type { Running, Stores } from './target.ts';

export interface Status {
  readonly title: string;
  readonly up: Running | null;
  readonly streams: readonly {
    readonly name: StreamName;
    /** positions in the log, with a receipt, in the warehouse's staging */
    readonly logged: number;
    readonly decided: number;
    readonly loaded: number;
  }[];
  readonly runs: readonly {
    readonly job: string;
    readonly run_id: string;
    readonly started: string;
    readonly took_ms: number | null;
    readonly rows_in: number | null;
    readonly rows_out: number | null;
    readonly status: string;
    readonly detail: string | null;
  }[];
  readonly reconciliation: {
    readonly pending: number;
    readonly missing: number;
    readonly unexpected: number;
    readonly parity_differences: number;
    readonly examples: Readonly<Record<string, readonly unknown[]>>;
  } | null;
  readonly objectFailures: readonly {
    readonly object_key: string;
    readonly reason: string;
    readonly attempts: number;
  }[];
}

const RUNS_SHOWN = 12;

/** Reads where a stage stands from its stores; what the batch has not made yet is empty. */
export async function readStatus(stores: Stores): Promise<Status> {
  const objects = stores.objects();
  const warehouse = await stores.warehouse();
  try {
    const select = async <T extends object>(text: string, values: unknown[] = []): Promise<T[]> =>
      rowsOf<T>((await warehouse.read([{ text, values }]))[0]!);
    const [{ ready } = { ready: false }] = await select<{ ready: boolean }>(
      `select to_regclass('ops.reconciliations') is not null as ready`,
    );
    const ask = async <T extends object>(sql: string, values: unknown[] = []): Promise<T[]> =>
      ready ? select<T>(sql, values) : [];
    const loaded = await ask<{ stream: StreamName; loaded: number }>(
      `select 'credit_applications' as stream, count(*)::int as loaded from staging.applications
       union all select 'account_activity', count(*)::int from staging.activity`,
    );
    const streams = [];
    for (const name of STREAM_NAMES)
      streams.push({
        name,
        logged: await positions(stores, LOG_PREFIX, name),
        decided: await positions(stores, RECEIPTS_PREFIX, name),
        loaded: loaded.find((row) => row.stream === name)?.loaded ?? 0,
      });
    const runs = await ask<Status['runs'][number]>(
      `select job, run_id, to_char(started at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as started,
         (extract(epoch from finished - started) * 1000)::int as took_ms, rows_in::int, rows_out::int, status, detail
       from dw.metadata_table order by metadata_table.started desc, job limit $1`,
      [RUNS_SHOWN],
    );
    const [reconciliation] = await ask<NonNullable<Status['reconciliation']>>(
      `select pending, missing, unexpected, parity_differences, examples from ops.reconciliations order by at desc limit 1`,
    );
    const objectFailures = await ask<Status['objectFailures'][number]>(
      `select object_key, reason, attempts from ops.object_failures where loaded_run is null order by object_key limit 50`,
    );
    return {
      title: stores.title,
      up: stores.running,
      streams,
      runs,
      reconciliation: reconciliation ?? null,
      objectFailures,
    };
  } finally {
    await warehouse.end();
  }

  async function positions(
    from: Stores,
    prefix: typeof LOG_PREFIX | typeof RECEIPTS_PREFIX,
    stream: StreamName,
  ): Promise<number> {
    const spans = (await listSpans(from.objects(), prefix, () => {})).filter((span) => span.stream === stream);
    const runs = prefix === LOG_PREFIX ? logRecords(objects, spans, () => {}) : receiptLines(objects, spans, () => {});
    let known = 0;
    let last = '';
    for await (const run of runs)
      for (const { position } of run) {
        if (position.seq !== last) known += 1;
        last = position.seq;
      }
    return known;
  }
}
