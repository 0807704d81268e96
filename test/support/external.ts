import { LAKE_TABLES, type LakeColumn, type LakeTable, type LakeType } from '../../core/contract/lake.ts';

export const ENGINES = ['athena', 'snowflake', 'bigquery'] as const;
export type Engine = (typeof ENGINES)[number];

const TYPES: Readonly<Record<Engine, Readonly<Record<Extract<LakeType, string>, string>>>> = {
  athena: { text: 'string', boolean: 'boolean', integer: 'int', bigint: 'bigint', timestamp: 'timestamp' },
  snowflake: { text: 'varchar', boolean: 'boolean', integer: 'integer', bigint: 'bigint', timestamp: 'timestamp_ltz' },
  bigquery: { text: 'string', boolean: 'bool', integer: 'int64', bigint: 'int64', timestamp: 'timestamp' },
};

function typeOf(engine: Engine, type: LakeType): string {
  if (typeof type === 'string') return TYPES[engine][type];
  // An external table of BigQuery takes no parameters; its numeric has nine decimals.
  if (engine === 'bigquery') return 'numeric';
  return `${engine === 'athena' ? 'decimal' : 'number'}(${type.precision}, ${type.scale})`;
}

/** The lines that declare the columns of a table to an engine. */
export const externalColumns = (engine: Engine, table: LakeTable): string[] =>
  (LAKE_TABLES[table] as readonly LakeColumn[]).map(({ name, type }) => {
    const spelled = typeOf(engine, type);
    return engine === 'snowflake' ? `  ${name} ${spelled} as (value:${name}::${spelled})` : `  ${name} ${spelled}`;
  });
