import type { Client } from 'pg';
import { LAKE_TABLES, type LakeColumn, type LakeTable } from '../../core/contract/lake.ts';
import { copyBinaryOut, int32 } from '../adapters/copy-out.ts';
import type { Column, EncodedColumn } from '../adapters/lake-column.ts';
import { columnFor, microsAt } from '../adapters/lake-columns.ts';

/** Rows of a group in the file, all of which memory holds. An id of 36 letters makes a page of little more than 1 MiB. */
export const GROUP_ROWS = 32_768;

/** Rows of one day, of which there may be more. */
export interface DayRows {
  /** as in 2026-11-21 */
  readonly day: string;
  /** valid until the next ones are asked for */
  readonly columns: readonly EncodedColumn[];
  readonly rows: number;
}

const MICROS_OF_DAY = 86_400_000_000;

/**
 * The rows of a query, in order, in groups that lie within one day. Nobody else can use the connection meanwhile.
 *
 * @param query ordered by event_time first, with the columns of the table
 */
export async function* rowsByDay(
  client: Client,
  table: LakeTable,
  query: string,
  groupRows = GROUP_ROWS,
): AsyncGenerator<DayRows> {
  const columns: readonly LakeColumn[] = LAKE_TABLES[table];
  const time = columns.findIndex(({ name }) => name === 'event_time');
  const group = new Group(columns, groupRows);
  for await (const chunk of copyBinaryOut(client, query))
    for (let at = 0; at < chunk.length; ) {
      const day = dayOf(chunk, at, time);
      if (group.rows > 0 && (group.day !== day || group.rows >= groupRows)) yield group.take();
      at = group.add(day, chunk, at);
    }
  if (group.rows > 0) yield group.take();
}

/** @param row where it begins @param time which of its fields is the time */
function dayOf(chunk: Buffer, row: number, time: number): number {
  let at = row + 2;
  for (let i = 0; i < time; i += 1) at += 4 + Math.max(0, int32(chunk, at));
  return Math.floor(microsAt(chunk, at + 4) / MICROS_OF_DAY);
}

class Group {
  rows = 0;
  /** since 1970 */
  day = 0;
  readonly #columns: readonly Column[];

  constructor(columns: readonly LakeColumn[], rows: number) {
    this.#columns = columns.map((column) => columnFor(column, rows));
  }

  /** @returns where the row ends */
  add(day: number, chunk: Buffer, row: number): number {
    this.day = day;
    this.rows += 1;
    let at = row + 2;
    for (let i = 0; i < this.#columns.length; i += 1) {
      const length = int32(chunk, at);
      this.#columns[i]!.add(chunk, at + 4, length);
      at += length > 0 ? 4 + length : 4;
    }
    return at;
  }

  take(): DayRows {
    const taken = {
      day: new Date(this.day * 86_400_000).toISOString().slice(0, 10),
      columns: this.#columns.map((column) => column.take()),
      rows: this.rows,
    };
    this.rows = 0;
    return taken;
  }
}
