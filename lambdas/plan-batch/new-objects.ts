import { type Reach, unreachableFrom } from '../../core/contract/reach.ts';
import { hourOf } from '../../core/contract/storage.ts';
import { STREAM_NAMES } from '../../core/contract/streams.ts';
import type { Warehouse } from '../adapters/postgres.ts';
import type { ObjectInfo, S3Objects } from '../adapters/s3-objects.ts';
import type { ObjectKind } from '../batch/object-key.ts';

export interface Found {
  /** how many keys were looked at */
  readonly listed: number;
  /** what the ledger does not have, in the order of keys */
  readonly found: readonly ObjectInfo[];
}

/** Keys in the order of the ledger's questions: as many as S3 lists on a page. */
const PAGE = 1_000;
/** For clocks that differ and invocations under way. Far too much, and cheap: an hour more is a handful of pages. */
const SLACK_MS = 24 * 3_600_000;

/**
 * From which arrival on an object may lie in the bucket that no run has seen.
 *
 * A run that ended well has every object that lay there when its plan began. What came since was written since, and
 * whoever writes an object names it by its first record's arrival, which is within the stream's reach at that moment.
 * Runs that failed, overlapped or never took place do not matter: the last complete one may be weeks ago.
 *
 * @param complete when the last run that ended well was planned, ms since 1970
 * @returns null: anything may be there
 */
export const listedFrom = (complete: number | null, reach: Reach): number | null =>
  complete === null ? null : complete - unreachableFrom(reach) - SLACK_MS;

/**
 * The objects of a kind that are not in the ledger.
 *
 * @param from list the two streams from this arrival on, ms since 1970, and beside them what could not be read before,
 *   however old; null: all that lies under the prefix
 */
export async function newObjects(
  objects: S3Objects,
  warehouse: Warehouse,
  kind: ObjectKind,
  from: number | null,
): Promise<Found> {
  if (from === null) return notInLedger(warehouse, objects.list(`${kind}/`));
  const recent = await notInLedger(warehouse, since(objects, kind, from));
  const older = await notInLedger(warehouse, unread(objects, warehouse, kind, from));
  const found = [...recent.found, ...older.found].sort((a, b) => (a.key < b.key ? -1 : 1));
  return { listed: recent.listed + older.listed, found };
}

async function* since(objects: S3Objects, kind: ObjectKind, from: number): AsyncGenerator<ObjectInfo> {
  for (const stream of STREAM_NAMES) yield* objects.list(`${kind}/${stream}/`, hourOf(kind, stream, from));
}

/** Objects that could not be read and that the listing does not come by, as far as they are still there. */
async function* unread(
  objects: S3Objects,
  warehouse: Warehouse,
  kind: ObjectKind,
  from: number,
): AsyncGenerator<ObjectInfo> {
  const rows = await warehouse.query<{ key: string }>(
    'select object_key as key from ops.object_failures where kind = $1 and loaded_run is null order by object_key',
    [kind],
  );
  const comesBy = (key: string): boolean =>
    STREAM_NAMES.some((stream) => key.startsWith(`${kind}/${stream}/`) && key > hourOf(kind, stream, from));
  for (const { key } of rows) {
    if (comesBy(key)) continue;
    for await (const object of objects.list(key)) if (object.key === key) yield object;
  }
}

async function notInLedger(warehouse: Warehouse, listing: AsyncIterable<ObjectInfo>): Promise<Found> {
  const found: ObjectInfo[] = [];
  let listed = 0;
  let page: ObjectInfo[] = [];
  const ask = async (): Promise<void> => {
    const rows = await warehouse.query<{ key: string }>(
      'select object_key as key from ops.ledger where object_key = any ($1)',
      [page.map(({ key }) => key)],
    );
    const known = new Set(rows.map(({ key }) => key));
    found.push(...page.filter(({ key }) => !known.has(key)));
    listed += page.length;
    page = [];
  };
  for await (const object of listing) {
    page.push(object);
    if (page.length === PAGE) await ask();
  }
  if (page.length > 0) await ask();
  return { listed, found };
}
