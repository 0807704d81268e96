import type { Client } from 'pg';
import { inTransaction } from '../adapters/postgres.ts';
import type { SqlFile } from '../adapters/sql-files.ts';
import type { RunEvent } from '../batch/events.ts';
import { finishJob, type Job, startJob } from '../batch/lineage.ts';

export interface WarehouseLoad {
  /** rows that each load file wrote, by the file's name without its number */
  readonly written: Readonly<Record<string, number>>;
}

/** Advisory lock: loads into the star schema run one after the other. */
const LOAD_LOCK = 7_302_114_002;

/**
 * Runs sql/loads/ in one transaction: what was newly staged, and the facts whose alerts changed, go into the star
 * schema together with the mark that they were read. Run again it finds nothing new and changes nothing.
 */
export async function loadWarehouse(
  client: Client,
  { runId }: RunEvent,
  files: readonly SqlFile[],
): Promise<WarehouseLoad> {
  const job: Job = { runId, job: 'load-warehouse', source: 'staging', target: 'dw' };
  await startJob(client, job);
  return inTransaction(client, async () => {
    await client.query('select pg_advisory_xact_lock($1)', [LOAD_LOCK]);
    await client.query(
      `select set_config('load.run', $1, true), set_config('work_mem', '96MB', true), set_config('jit', 'off', true)`,
      [runId],
    );
    const written: Record<string, number> = {};
    for (const { name, text } of files) {
      const { rowCount } = await client.query(text);
      written[name.replace(/^\d+_/, '')] = rowCount ?? 0;
    }
    const arrived = (written['arrived_applications'] ?? 0) + (written['arrived_activity'] ?? 0);
    await finishJob(client, job, { rowsIn: arrived, rowsOut: rowsOut(files, written) });
    return { written };
  });
}

/** Rows of the star schema that were written: a file that makes a table for the others, or consumes, has none. */
const rowsOut = (files: readonly SqlFile[], written: Readonly<Record<string, number>>): number =>
  files
    .filter(({ text }) => /\binto (dw|restricted)\./.test(text))
    .reduce((sum, { name }) => sum + (written[name.replace(/^\d+_/, '')] ?? 0), 0);
