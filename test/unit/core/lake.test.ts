import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LAKE_ORDER, LAKE_TABLE_NAMES, LAKE_TABLES, lakeKey } from '../../../core/contract/lake.ts';
import { ENGINES, externalColumns } from '../../support/external.ts';

const root = resolve(import.meta.dirname, '../../..');

describe.each(ENGINES)('the declarations for %s', (engine) => {
  const text = readFileSync(join(root, 'sql/external', `${engine}.sql`), 'utf8');

  it.each(LAKE_TABLE_NAMES)(
    'have every column of %s with its type, in the order of the files, and where it lies',
    (table) => {
      const [, declared = ''] = new RegExp(`credit_risk_lake\\.${table} \\(\\n([\\s\\S]*?)\\n\\)\\n`).exec(text) ?? [];
      const columns = declared.split(/,\n/).filter((line) => !line.startsWith('  dt date as'));
      expect(columns).toEqual(externalColumns(engine, table));
      expect(text).toContain(
        engine === 'snowflake' ? `@credit_risk_lake.files/${table}/` : `s3://LAKE_BUCKET/lake/${table}/`,
      );
    },
  );

  it('have no other tables', () => {
    const found = [...text.matchAll(/create external table if not exists credit_risk_lake\.(\w+)/g)].map(
      ([, name]) => name,
    );
    expect(found).toEqual([...LAKE_TABLE_NAMES]);
  });
});

describe('the lake', () => {
  it('has one object a table and day', () => {
    expect(lakeKey('alerts', '2026-11-21')).toBe('lake/alerts/dt=2026-11-21/part-0.parquet');
  });

  it.each(LAKE_TABLE_NAMES)('says of a person in %s no more than who it is', (table) => {
    const names: string[] = LAKE_TABLES[table].map(({ name }) => name);
    for (const personal of ['name', 'age', 'gender', 'ip_address', 'latitude', 'longitude', 'evidence', 'history'])
      expect(names).not.toContain(personal);
    expect(LAKE_ORDER[table].filter((name) => !names.includes(name))).toEqual([]);
  });
});
