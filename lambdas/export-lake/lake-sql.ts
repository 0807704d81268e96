import { createHash } from 'node:crypto';
import { LAKE_ORDER, LAKE_TABLE_NAMES, LAKE_TABLES, type LakeTable } from '../../core/contract/lake.ts';
import { readSqlFiles, type SqlFile } from '../adapters/sql-files.ts';

export interface LakeSql {
  /** what finds the days that changed, in the order in which it runs */
  readonly steps: readonly SqlFile[];
  /** selects the rows of the days in `written_days`, ordered, with the columns of the list in its order */
  readonly rows: Readonly<Record<LakeTable, string>>;
  /** a digest for each table: another one means that all its days are written anew */
  readonly formats: Readonly<Record<LakeTable, string>>;
}

/** Counts up when the way of writing changes but neither columns nor queries do. */
const WRITER_VERSION = 2;

export function readLakeSql(): LakeSql {
  const files = new Map(readSqlFiles('lake/rows').map((file) => [file.name, file]));
  const of = <V>(value: (table: LakeTable) => V): Record<LakeTable, V> =>
    Object.fromEntries(LAKE_TABLE_NAMES.map((table) => [table, value(table)])) as Record<LakeTable, V>;
  return {
    steps: readSqlFiles('lake'),
    rows: of((table) => rowsOf(table, files.get(table)!.text)),
    formats: of((table) =>
      createHash('sha256')
        .update(JSON.stringify([WRITER_VERSION, LAKE_TABLES[table], LAKE_ORDER[table], files.get(table)!.checksum]))
        .digest('hex'),
    ),
  };
}

function rowsOf(table: LakeTable, text: string): string {
  const columns = LAKE_TABLES[table].map(({ name }) => `rows.${name}`);
  return `select ${columns.join(', ')} from (${text}) as rows order by ${LAKE_ORDER[table].map((name) => `rows.${name}`).join(', ')}`;
}
