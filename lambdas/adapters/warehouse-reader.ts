import type { ClientBase } from 'pg';

/** One statement; parameters are bound, never pasted into the text. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
}

/** What a statement gave, as JSON can carry it: dates as ISO 8601, bytes as `\x…`, NUMERIC and bigint as text. */
export interface Table {
  readonly fields: readonly string[];
  /** which columns are numbers, also those that JSON carries as text */
  readonly numeric: readonly boolean[];
  readonly rows: readonly (readonly unknown[])[];
}

/** Reads the warehouse: of the embedded stack by a connection, of a deployed stage by a function inside its network. */
export interface WarehouseReader {
  /**
   * Runs statements in one snapshot that nothing can write in.
   * @throws an error with SQLSTATE as its `code`, and `position`, `hint` and `detail` as PostgreSQL gives them
   */
  read(statements: readonly Statement[]): Promise<Table[]>;
  end(): Promise<void>;
}

/** Types of PostgreSQL that are numbers: bigint, smallint, integer, real, double precision, numeric. */
const NUMBERS = [20, 21, 23, 700, 701, 1700];

/** After its first query a transaction cannot be turned into one that writes. */
const BEGIN = 'begin transaction isolation level repeatable read read only; select 1';

/** @returns one table for each statement, all of one snapshot */
export async function readSnapshot(client: ClientBase, statements: readonly Statement[]): Promise<Table[]> {
  await client.query(BEGIN);
  try {
    const tables: Table[] = [];
    for (const statement of statements) tables.push(await run(client, statement));
    return tables;
  } finally {
    await client.query('rollback').catch(() => {});
  }
}

/** The rows of one statement as they come, in blocks of one snapshot: few of them are in memory at a time. */
export async function* readBlocks(
  client: ClientBase,
  { text, values = [] }: Statement,
  rows: number,
): AsyncGenerator<Table> {
  await client.query(BEGIN);
  try {
    await client.query({ text: `declare blocks no scroll cursor for ${text}`, values: [...values] });
    for (;;) {
      const block = await run(client, { text: `fetch ${rows} from blocks` });
      yield block;
      if (block.rows.length < rows) return;
    }
  } finally {
    await client.query('rollback').catch(() => {});
  }
}

async function run(client: ClientBase, { text, values = [] }: Statement): Promise<Table> {
  // The extended protocol takes one statement only, so that no text can end the transaction and write.
  const config = { text, values: [...values], rowMode: 'array', queryMode: 'extended' } as const;
  const { fields, rows } = await client.query<unknown[]>(config);
  return {
    fields: (fields ?? []).map(({ name }) => name),
    numeric: (fields ?? []).map(({ dataTypeID }) => NUMBERS.includes(dataTypeID)),
    rows: (rows ?? []).map((row) => row.map(plain)),
  };
}

/** Rows under the names of their columns. */
export const rowsOf = <R extends object>({ fields, rows }: Table): R[] =>
  rows.map((row) => Object.fromEntries(fields.map((name, i) => [name, row[i]])) as R);

function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`;
  return typeof value === 'bigint' ? String(value) : (value ?? null);
}
