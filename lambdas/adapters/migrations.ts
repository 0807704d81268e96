import type { Client } from 'pg';
import { PipelineError } from '../runtime/errors.ts';
import type { SqlFile } from './sql-files.ts';

/** The migrations on disk do not fit each other or what was applied; nothing was changed. */
export class MigrationError extends PipelineError {}

export interface MigrationReport {
  /** names of the migrations that this run applied */
  readonly applied: readonly string[];
  /** number of the latest migration in the database */
  readonly version: number;
}

/** Advisory lock of migrations and views: any number that nothing else in the database uses. */
const MIGRATION_LOCK = 7_302_114_001;

/** Runs `work` while nobody else changes the schema of the database; whoever comes meanwhile waits. */
export async function underMigrationLock<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
  try {
    return await work();
  } finally {
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
  }
}

const HISTORY = `
create schema if not exists ops;
create table if not exists ops.schema_migrations (
  version integer constraint schema_migrations_pk primary key,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null default now()
);
comment on table ops.schema_migrations is 'grain: one migration that was applied';`;

interface Applied {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

/**
 * Brings the database to the latest migration. Concurrent runs wait for each other on an advisory lock; each migration
 * commits together with its row in ops.schema_migrations, so an interrupted run goes on where it stopped. A database
 * that is ahead of the files (an older version of the code runs again after a roll-back) is left as it is.
 *
 * @throws MigrationError when a file was changed after it was applied, or numbers are missing, double or out of order
 */
export async function migrate(client: Client, files: readonly SqlFile[]): Promise<MigrationReport> {
  const migrations = numbered(files);
  return underMigrationLock(client, async () => {
    await client.query(HISTORY);
    const { rows } = await client.query<Applied>(
      'select version, name, checksum from ops.schema_migrations where version > 0 order by version',
    );
    compare(migrations, rows);
    const done = rows.at(-1)?.version ?? 0;
    const applied: string[] = [];
    for (const [index, file] of migrations.entries()) {
      if (index + 1 <= done) continue;
      await apply(client, index + 1, file);
      applied.push(file.name);
    }
    return { applied, version: Math.max(done, migrations.length) };
  });
}

function numbered(files: readonly SqlFile[]): readonly SqlFile[] {
  for (const [index, file] of files.entries()) {
    const number = /^(\d{4})_[a-z0-9_]+$/.exec(file.name)?.[1];
    if (number === undefined)
      throw new MigrationError(`A migration is named NNNN_what_it_does.sql, but there is ${file.name}.sql.`);
    if (Number(number) !== index + 1)
      throw new MigrationError(
        `Migrations are numbered 0001, 0002 and so on without gaps or doubles, but ${file.name}.sql is in place ` +
          `${String(index + 1).padStart(4, '0')}.`,
      );
  }
  return files;
}

function compare(migrations: readonly SqlFile[], applied: readonly Applied[]): void {
  for (const row of applied) {
    const file = migrations[row.version - 1];
    if (file && file.checksum !== row.checksum)
      throw new MigrationError(
        `The migration ${row.name} was changed after it had been applied (now ${file.name}.sql). ` +
          'Restore the file and put the change into a new migration.',
      );
  }
}

async function apply(client: Client, version: number, file: SqlFile): Promise<void> {
  await client.query('begin');
  try {
    await client.query(file.text);
    await client.query('insert into ops.schema_migrations (version, name, checksum) values ($1, $2, $3)', [
      version,
      file.name,
      file.checksum,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new MigrationError(`The migration ${file.name} failed and was rolled back: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
