import { createHash } from 'node:crypto';
import {
  LAKE_ORDER,
  LAKE_TABLE_NAMES,
  LAKE_TABLES,
  type LakeColumn,
  type LakeTable,
} from '../../core/contract/lake.ts';
import { readSqlFiles, type SqlFile } from '../adapters/sql-files.ts';

export interface LakeSql {
  /** what finds the days that changed, in the order in which it runs */
  readonly steps: readonly SqlFile[];
  /** selects the rows of the days in `written_days`, ordered, in the form that `rowReader` reads */
  readonly rows: Readonly<Record<LakeTable, string>>;
  /** a digest for each table: another one means that all its days are written anew */
  readonly formats: Readonly<Record<LakeTable, string>>;
}

/** Counts up when the way of writing changes but neither columns nor queries do. */
const WRITER_VERSION = 1;

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

/** Decimals and timestamps come as whole numbers, which Parquet stores and no floating point touches on the way. */
function rowsOf(table: LakeTable, text: string): string {
  const columns: readonly LakeColumn[] = LAKE_TABLES[table];
  return `select ${columns.map(whole).join(', ')} from (${text}) as rows order by ${LAKE_ORDER[table].map((name) => `rows.${name}`).join(', ')}`;
}

function whole({ name, type }: LakeColumn): string {
  if (type === 'timestamp') return `(extract(epoch from rows.${name}) * 1000000)::bigint as ${name}`;
  if (typeof type === 'object') return `(rows.${name} * ${10 ** type.scale})::bigint as ${name}`;
  return `rows.${name}`;
}
