import { VIEWS } from '../../bi/catalogue/index.ts';
import { rowsOf, type Statement, type Table } from '../../lambdas/adapters/warehouse-reader.ts';
import type { ConsoleDeps } from './deps.ts';
import { ConsoleError } from './errors.ts';
import type { Standing } from './types.ts';

/** What reading needs of all that the console works upon. */
export type Reading = Pick<ConsoleDeps, 'warehouse' | 'now' | 'migrations' | 'staleAfterMinutes' | 'role' | 'onError'>;

/** One row, also of an empty warehouse. */
const STANDING: Statement = {
  text: `select warehouse_as_of, last_run_id, last_run_status, last_event_time, last_arrival, schema_version,
    not exists (select from bi.arrivals) as empty from bi.freshness`,
};

interface StandingRow {
  readonly warehouse_as_of: string | null;
  readonly last_run_id: string | null;
  readonly last_run_status: string | null;
  readonly last_event_time: string | null;
  readonly last_arrival: string | null;
  readonly schema_version: number;
  readonly empty: boolean;
}

export interface Snapshot {
  readonly standing: Standing;
  /** of the statements, in their order */
  readonly tables: readonly Table[];
  readonly schemaVersion: number;
}

/**
 * Runs statements in one snapshot, and reads in the same where the data stand.
 *
 * @throws ConsoleError that says which view is missing, that the schema is old, or that nobody answers
 */
export async function snapshot(deps: Reading, statements: readonly Statement[]): Promise<Snapshot> {
  const [first, ...tables] = await read(deps, [STANDING, ...statements]);
  const [row] = rowsOf<StandingRow>(first as Table);
  const found = row as StandingRow;
  if (Number(found.schema_version) < deps.migrations.length) throw outdated(deps, Number(found.schema_version));
  return { standing: standingOf(deps, found), tables, schemaVersion: Number(found.schema_version) };
}

/** @throws ConsoleError as {@link snapshot} does */
export async function read(deps: Reading, statements: readonly Statement[]): Promise<Table[]> {
  try {
    return await deps.warehouse.read(statements);
  } catch (error) {
    throw await explained(deps, error);
  }
}

function standingOf({ now, role, staleAfterMinutes }: Reading, row: StandingRow): Standing {
  const asOf = row.warehouse_as_of;
  const old = asOf === null || now() - Date.parse(asOf) > staleAfterMinutes * 60_000;
  return {
    as_of: asOf,
    empty: row.empty,
    stale: !row.empty && (old || row.last_run_status === 'failed'),
    stale_after_minutes: staleAfterMinutes,
    last_run: row.last_run_id === null ? null : { id: row.last_run_id, status: row.last_run_status ?? 'unknown' },
    last_event_time: row.last_event_time,
    last_arrival: row.last_arrival,
    now: new Date(now()).toISOString(),
    role,
  };
}

const UNDEFINED = { table: '42P01', column: '42703', schema: '3F000' } as const;
const TOO_LARGE = '54000';
/** A zero character: PostgreSQL has no text with one. */
const NO_TEXT = '22021';

/** @returns what to tell of an error of the warehouse */
export async function explained(deps: Reading, error: unknown): Promise<unknown> {
  if (error instanceof ConsoleError) return error;
  const { code = '', message } = error as { code?: string; message?: string };
  if (Object.values(UNDEFINED).includes(code as never)) return missing(deps, error, code);
  if (code === TOO_LARGE)
    return new ConsoleError('too_large', `The answer is too large: ${message ?? ''}.`, 'Narrow the filters.');
  if (code === NO_TEXT)
    return new ConsoleError(
      'invalid_filter',
      'What is asked for holds a character that no text in the warehouse can hold.',
      'Leave it out: nothing can be found by it.',
    );
  // Connection exceptions, shut down, cannot connect now, too many connections, a login that is refused; else an error
  // of the network, which has no state of SQL.
  if (/^(08|57P|53|28)/.test(code) || !/^[0-9A-Z]{5}$/.test(code)) {
    deps.onError(error);
    return new ConsoleError(
      'warehouse_down',
      'The warehouse does not answer.',
      'Nothing can be shown until it does; this page asks again by itself. Decisions go on without it.',
    );
  }
  return error;
}

/** A schema that is behind the code, or a view that somebody dropped: the remedy is not the same. */
async function missing(deps: Reading, error: unknown, code: string): Promise<unknown> {
  const version = await schemaVersion(deps).catch(() => null);
  if (version !== null && version < deps.migrations.length) return outdated(deps, version);
  const there = await deps.warehouse
    .read([{ text: `select table_name from information_schema.views where table_schema = 'bi'` }])
    .catch(() => null);
  const known = new Set(there?.[0]?.rows.map(([name]) => String(name)) ?? []);
  const gone = VIEWS.filter((view) => !known.has(view));
  if (gone.length > 0)
    return new ConsoleError(
      'view_missing',
      `The warehouse has no view ${gone.map((view) => `bi.${view}`).join(', ')}.`,
      'Migrate the warehouse again: it makes the views anew. Locally npm run crp -- up does that.',
      { missing: gone.map((view) => `bi.${view}`) },
    );
  if (code !== UNDEFINED.column) return error;
  const { message = '' } = error as { message?: string };
  return new ConsoleError(
    'schema_outdated',
    `The views of the warehouse are of an older version: ${message}.`,
    MIGRATE,
    { missing: [/column "?([\w.]+)"?/.exec(message)?.[1] ?? message] },
  );
}

const MIGRATE = 'Migrate the warehouse: deploy the stage again, or locally start the stack with npm run crp -- up.';

const outdated = ({ migrations }: Reading, version: number): ConsoleError =>
  new ConsoleError(
    'schema_outdated',
    `The warehouse has the schema of an older version: ${version} of ${migrations.length} migrations are applied.`,
    MIGRATE,
    { missing: migrations.slice(version) },
  );

async function schemaVersion({ warehouse }: Reading): Promise<number> {
  const [there] = await warehouse.read([{ text: `select to_regclass('ops.schema_migrations') is not null` }]);
  if (there?.rows[0]?.[0] !== true) return 0;
  const [found] = await warehouse.read([{ text: 'select coalesce(max(version), 0) from ops.schema_migrations' }]);
  return Number(found?.rows[0]?.[0]);
}
