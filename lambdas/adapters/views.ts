import { createHash } from 'node:crypto';
import { type Client, escapeIdentifier } from 'pg';
import { MigrationError, underMigrationLock } from './migrations.ts';
import { inTransaction } from './postgres.ts';
import type { SqlFile } from './sql-files.ts';

export interface Views {
  /** sql/views/: `NNN_name.sql` makes the view `name` of schema bi and nothing else */
  readonly views: readonly SqlFile[];
  /** what the views were written for; a database that is ahead of these keeps its own views */
  readonly migrations: readonly SqlFile[];
  /** role that may read them; null where there is none */
  readonly reader: string | null;
}

/** The views have a row among the migrations, before the first. */
const VIEWS_VERSION = 0;

/**
 * Makes the views of schema bi anew, all of them in one transaction, when a file of them or the schema below has changed
 * since, or when one of them is missing. Who reads meanwhile sees the old ones, then the new ones.
 *
 * Whoever may use the schema keeps that; what is granted by default in it is granted on the new views.
 *
 * @returns whether they were made anew
 * @throws MigrationError when one of them fails, or something outside of bi depends on one: all are as they were
 */
export async function applyViews(client: Client, { views, migrations, reader }: Views): Promise<boolean> {
  const wanted = views.map(nameOf);
  const checksum = createHash('sha256')
    .update([migrations.length, ...views.map(({ name, checksum: of }) => `${name} ${of}`)].join('\n'))
    .digest('hex');
  return underMigrationLock(client, async () => {
    const found = await readState(client);
    if (found.version > migrations.length) return false;
    if (found.checksum === checksum && wanted.every((name) => found.views.includes(name))) return false;
    await inTransaction(client, async () => {
      await dropAll(client, found.views);
      for (const [index, view] of views.entries()) await make(client, view, wanted[index] as string);
      if (reader !== null) await grantReadingViews(client, reader);
      await client.query(
        `insert into ops.schema_migrations as t (version, name, checksum) values ($1, 'views', $2)
         on conflict (version) do update set checksum = excluded.checksum, applied_at = now()`,
        [VIEWS_VERSION, checksum],
      );
    });
    return true;
  });
}

function nameOf({ name }: SqlFile): string {
  const view = /^\d{3}_([a-z][a-z0-9_]*)$/.exec(name)?.[1];
  if (view === undefined)
    throw new MigrationError(`A view is named NNN_name_of_the_view.sql, but there is ${name}.sql.`);
  return view;
}

interface State {
  /** the latest migration that was applied */
  readonly version: number;
  /** of the views as they were last made; null when they never were */
  readonly checksum: string | null;
  readonly views: readonly string[];
}

async function readState(client: Client): Promise<State> {
  const { rows } = await client.query<State>(
    `select
       (select coalesce(max(version), 0) from ops.schema_migrations) as version,
       (select checksum from ops.schema_migrations where version = $1) as checksum,
       (select coalesce(json_agg(viewname), '[]') from pg_views where schemaname = 'bi') as views`,
    [VIEWS_VERSION],
  );
  return rows[0] as State;
}

/** Without `cascade`: what others have built upon the views is not ours to remove. */
async function dropAll(client: Client, views: readonly string[]): Promise<void> {
  if (views.length === 0) return;
  const names = views.map((view) => `bi.${escapeIdentifier(view)}`).join(', ');
  await refusing('The views of schema bi cannot be made anew', () => client.query(`drop view ${names}`));
}

async function make(client: Client, { name, text }: SqlFile, view: string): Promise<void> {
  await refusing(`The view ${name} failed`, () => client.query(text));
  const { rowCount } = await client.query(`select from pg_views where schemaname = 'bi' and viewname = $1`, [view]);
  if (rowCount === 0) throw new MigrationError(`${name}.sql must make the view bi.${view}, and does not.`);
}

async function grantReadingViews(client: Client, reader: string): Promise<void> {
  const role = escapeIdentifier(reader);
  await client.query(`grant usage on schema bi to ${role}`);
  await client.query(`grant select on all tables in schema bi to ${role}`);
}

async function refusing(what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { message, detail } = error as Error & { detail?: string };
    throw new MigrationError(
      `${what}, and all views are as they were: ${message}${detail === undefined ? '' : `. ${detail}`}`,
      { cause: error },
    );
  }
}
