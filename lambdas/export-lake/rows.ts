import type { Client } from 'pg';
import { LAKE_TABLES, type LakeColumn, type LakeTable } from '../../core/contract/lake.ts';
import type { Columns, Values } from '../adapters/parquet.ts';

/** Rows that are asked for at a time: the next ones are on their way while these are worked on. */
const FETCHED = 5_000;
/** Rows of a group in the file, all of which memory holds. */
export const GROUP_ROWS = 25_000;

/** Rows of one day, of which there may be more. */
export interface DayRows {
  /** as in 2026-11-21 */
  readonly day: string;
  readonly columns: Columns;
  readonly rows: number;
}

type Row = readonly (string | null)[];

/** The values as the server spells them; each column is read by its own type, not by the driver's. */
const AS_TEXT = { getTypeParser: () => (value: string) => value };
const MICROS_OF_DAY = 86_400_000_000;

/**
 * The rows of a query through a cursor, in order, in groups that lie within one day. Runs in the caller's transaction.
 *
 * @param query ordered by event_time first
 */
export async function* rowsByDay(
  client: Client,
  table: LakeTable,
  query: string,
  groupRows = GROUP_ROWS,
): AsyncGenerator<DayRows> {
  const columns: readonly LakeColumn[] = LAKE_TABLES[table];
  const time = columns.findIndex(({ name }) => name === 'event_time');
  await client.query(`declare lake_rows no scroll cursor for ${query}`);
  const group = new Group(columns);
  for await (const page of pages(client))
    for (const row of page) {
      const number = Math.floor(Number(row[time]) / MICROS_OF_DAY);
      if (group.rows > 0 && (group.day !== number || group.rows >= groupRows)) yield group.take();
      group.add(number, row);
    }
  if (group.rows > 0) yield group.take();
  await client.query('close lake_rows');
}

async function* pages(client: Client): AsyncGenerator<readonly Row[]> {
  const fetch = () =>
    client.query<string[]>({ text: `fetch ${FETCHED} from lake_rows`, rowMode: 'array', types: AS_TEXT });
  let next = fetch();
  while (true) {
    const { rows } = await next;
    if (rows.length === 0) return;
    next = fetch();
    // Should the consumer stop early, nobody else would hear of it.
    next.catch(() => {});
    yield rows;
  }
}

class Group {
  rows = 0;
  /** since 1970 */
  day = 0;
  readonly #readers: readonly ((text: string) => Exclude<Values[number], null>)[];
  #values: Values[];

  constructor(columns: readonly LakeColumn[]) {
    this.#readers = columns.map(reader);
    this.#values = this.#readers.map(() => []);
  }

  add(day: number, row: Row): void {
    this.day = day;
    this.rows += 1;
    for (let i = 0; i < row.length; i += 1) {
      const value = row[i] as string | null;
      this.#values[i]!.push(value === null ? null : this.#readers[i]!(value));
    }
  }

  take(): DayRows {
    const taken = {
      day: new Date(this.day * 86_400_000).toISOString().slice(0, 10),
      columns: this.#values,
      rows: this.rows,
    };
    this.#values = this.#readers.map(() => []);
    this.rows = 0;
    return taken;
  }
}

function reader({ type }: LakeColumn): (text: string) => Exclude<Values[number], null> {
  if (type === 'text') return (value) => value;
  if (type === 'boolean') return (value) => value === 't';
  if (type === 'integer') return Number;
  return BigInt;
}
