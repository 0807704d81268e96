import type { Client } from 'pg';
import * as z from 'zod';
import { LAKE_TABLE_NAMES, type LakeTable } from '../../core/contract/lake.ts';
import type { Lake, LakeDay } from '../adapters/lake.ts';
import { inTransaction } from '../adapters/postgres.ts';
import { runEvent } from '../batch/events.ts';
import { finishJob, type Job, startJob } from '../batch/lineage.ts';
import type { LakeSql } from './lake-sql.ts';
import { rowsByDay } from './rows.ts';

export const exportEvent = runEvent.extend({
  /** write every day anew: for a lake that was lost */
  full: z.boolean().default(false),
});
export type ExportEvent = z.input<typeof exportEvent>;

export interface LakeExport {
  /** objects that were written */
  readonly written: number;
  /** days that have no rows any more, whose objects were taken away */
  readonly removed: number;
  readonly rows: number;
  readonly bytes: number;
}

/** A day that is to be written, with the mark that it bore when this began. */
interface MarkedDay {
  readonly day: string;
  readonly mark: number;
}

interface Written {
  readonly day: string;
  readonly rows: number;
  readonly bytes: number;
}

/** Advisory lock, of the connection: of two exports one waits, or the older rows might overwrite the newer. */
const EXPORT_LOCK = 7_302_114_020;

/**
 * Writes the days of the lake that changed since the last export, each whole, in the place of the object that was
 * there. A day's mark goes in the same transaction that remembers the object: after a failure at any moment the next
 * export writes the days that are left again, with the same bytes as long as the rows are the same.
 *
 * Rows are read after the marks. A load that commits in between is read, and marks its days once more. It need not wait:
 * no mark is touched before the last object of its table is written.
 */
export async function exportLake(client: Client, lake: Lake, event: ExportEvent, sql: LakeSql): Promise<LakeExport> {
  const { runId, full = false } = event;
  const job: Job = { runId, job: 'export-lake', source: 'dw', target: 'lake' };
  await startJob(client, job);
  await client.query('select pg_advisory_lock($1)', [EXPORT_LOCK]);
  try {
    await inTransaction(client, async () => {
      await noteFormats(client, sql.formats, full);
      for (const { text } of sql.steps) await client.query(text);
    });
    const sum = { written: 0, removed: 0, rows: 0, bytes: 0 };
    for (const table of LAKE_TABLE_NAMES) {
      const done = await inTransaction(client, () => exportTable(client, lake, table, runId, sql.rows[table]));
      sum.written += done.written;
      sum.removed += done.removed;
      sum.rows += done.rows;
      sum.bytes += done.bytes;
    }
    await finishJob(client, job, { rowsIn: sum.rows, rowsOut: sum.rows });
    return sum;
  } finally {
    // A connection that broke has let go of it by itself.
    await client.query('select pg_advisory_unlock($1)', [EXPORT_LOCK]).catch(() => {});
  }
}

async function exportTable(
  client: Client,
  lake: Lake,
  table: LakeTable,
  runId: string,
  query: string,
): Promise<LakeExport> {
  const days = await markedDays(client, table);
  if (days.length === 0) return { written: 0, removed: 0, rows: 0, bytes: 0 };
  await client.query(`select set_config('work_mem', '96MB', true), set_config('jit', 'off', true)`);
  const written = await writeDays(client, lake, table, query);
  const there = new Set(written.map(({ day }) => day));
  const stale = days.filter(({ day }) => !there.has(day));
  for (const { day } of stale) await lake.remove(table, day);
  await remember(client, table, runId, written, days);
  return {
    written: written.length,
    removed: stale.length,
    rows: written.reduce((sum, { rows }) => sum + rows, 0),
    bytes: written.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Lists in new_formats the tables whose columns or query are not those of the objects that are there. */
async function noteFormats(client: Client, formats: LakeSql['formats'], full: boolean): Promise<void> {
  await client.query('create temporary table new_formats (table_name text not null) on commit drop');
  await client.query(
    `with now as (select * from jsonb_each_text($1::jsonb) as t (table_name, format)),
     noted as (
       insert into ops.lake_formats as t (table_name, format)
       select table_name, format from now
       on conflict (table_name) do update set format = excluded.format
       where t.format <> excluded.format or $2
       returning table_name
     )
     insert into new_formats select table_name from noted`,
    [JSON.stringify(formats), full],
  );
}

/** The days of the table that are to be written; the queries find them in written_days. */
async function markedDays(client: Client, table: LakeTable): Promise<MarkedDay[]> {
  await client.query('create temporary table written_days (day date primary key, mark integer) on commit drop');
  const { rows } = await client.query<MarkedDay>(
    `with marked as (
       insert into written_days select day, mark from ops.lake_days where table_name = $1 returning day, mark
     )
     select day::text, mark from marked order by day`,
    [table],
  );
  await client.query('analyze written_days');
  return rows;
}

/** @returns the days that have rows, and so an object */
async function writeDays(client: Client, lake: Lake, table: LakeTable, query: string): Promise<Written[]> {
  const written: Written[] = [];
  let open: { readonly day: string; readonly to: LakeDay; rows: number } | undefined;
  const close = async (): Promise<void> => {
    if (open === undefined) return;
    await open.to.finish();
    written.push({ day: open.day, rows: open.rows, bytes: open.to.bytes });
    open = undefined;
  };
  try {
    for await (const { day, columns, rows } of rowsByDay(client, table, query)) {
      if (open?.day !== day) await close();
      open ??= { day, to: lake.open(table, day), rows: 0 };
      await open.to.add(columns);
      open.rows += rows;
    }
    await close();
  } catch (error) {
    await open?.to.giveUp();
    throw error;
  }
  return written;
}

/** What lies in the lake now, and that these days are done; a mark that counted up meanwhile stays. */
async function remember(
  client: Client,
  table: LakeTable,
  runId: string,
  written: readonly Written[],
  days: readonly MarkedDay[],
): Promise<void> {
  await client.query('delete from ops.lake_objects where table_name = $1 and day in (select day from written_days)', [
    table,
  ]);
  await client.query(
    `insert into ops.lake_objects (table_name, day, rows, bytes, run_id)
     select $1, day, rows, bytes, $2 from jsonb_to_recordset($3::jsonb) as t (day date, rows bigint, bytes bigint)`,
    [table, runId, JSON.stringify(written)],
  );
  await client.query(
    `delete from ops.lake_days as l
     using jsonb_to_recordset($2::jsonb) as t (day date, mark integer)
     where l.table_name = $1 and l.day = t.day and l.mark = t.mark`,
    [table, JSON.stringify(days)],
  );
}
