import type { Client } from 'pg';
import { MissingObjectError, type S3Objects, UnreadableObjectError } from '../adapters/s3-objects.ts';
import type { Warehouse } from '../adapters/postgres.ts';
import { type GroupEvent, manifest } from './events.ts';
import { finishJob, type Job, startJob } from './lineage.ts';
import { loadObject } from './load-object.ts';
import { type ObjectName, parseObjectKey } from './object-key.ts';
import { type Content, readAhead } from './read-ahead.ts';
import type { EncodedObject } from './rows.ts';

export interface GroupLoader {
  /** the function's name, for the lineage */
  readonly job: string;
  readonly target: string;
  readonly policyVersion?: string;
  /** What the encoder must know of an object from the warehouse. @default nothing */
  readonly known?: (client: Client, name: ObjectName) => Promise<ReadonlySet<string>>;
  /** Checks and encodes the content of one object. */
  encode(name: ObjectName, content: Buffer, loadId: number, known: ReadonlySet<string>): EncodedObject;
}

export interface GroupResult {
  readonly objects: number;
  /** objects that the ledger had already */
  readonly skipped: number;
  readonly rows: number;
  readonly rowsNew: number;
  /** why each object that could not be read was left out, by key */
  readonly unreadable: ReadonlyMap<string, string>;
}

/**
 * Loads the objects of a manifest into staging, each in a transaction of its own. One that cannot be read is recorded
 * by name and left for the next batch; it does not hold up the others. Memory holds two objects at a time.
 */
export async function loadGroup(
  objects: S3Objects,
  warehouse: Warehouse,
  event: GroupEvent,
  loader: GroupLoader,
): Promise<GroupResult> {
  const { objects: keys } = manifest.parse(await objects.getJson(event.manifest));
  const client = await warehouse.client();
  const job: Job = { runId: event.runId, job: loader.job, source: event.manifest, target: loader.target };
  await startJob(client, job);
  const unreadable = new Map<string, string>();
  const sum = { objects: keys.length, skipped: 0, rows: 0, rowsNew: 0 };
  for await (const { key, content } of readAhead(objects, keys)) {
    try {
      const name = parseObjectKey(key);
      if (name === null) throw new UnreadableObjectError(key, 'its name is not that of an object of ours');
      const bytes = unwrap(content);
      const known = (await loader.known?.(client, name)) ?? NOTHING;
      const loaded = await loadObject(client, {
        name,
        runId: event.runId,
        encode: (loadId) => loader.encode(name, bytes, loadId, known),
      });
      if (loaded === null) sum.skipped += 1;
      sum.rows += loaded?.rows ?? 0;
      sum.rowsNew += loaded?.rowsNew ?? 0;
    } catch (error) {
      if (!(error instanceof UnreadableObjectError || error instanceof MissingObjectError)) throw error;
      await recordFailure(client, key, event.runId, error.message);
      unreadable.set(key, error.message);
    }
  }
  await finishJob(client, job, {
    rowsIn: sum.rows,
    rowsOut: sum.rowsNew,
    ...(loader.policyVersion === undefined ? {} : { policyVersion: loader.policyVersion }),
  });
  return { ...sum, unreadable };
}

const NOTHING: ReadonlySet<string> = new Set();

const unwrap = (content: Content): Buffer => {
  if ('error' in content) throw content.error;
  return content.bytes;
};

async function recordFailure(client: Client, key: string, runId: string, reason: string): Promise<void> {
  await client.query(
    `insert into ops.object_failures as t (object_key, kind, reason, attempts, first_run, last_run)
     values ($1, $2, $3, 1, $4, $4)
     on conflict (object_key) do update set
       reason = excluded.reason,
       attempts = t.attempts + case when t.last_run = excluded.last_run then 0 else 1 end,
       last_run = excluded.last_run,
       loaded_run = null`,
    [key, key.slice(0, key.indexOf('/')), reason, runId],
  );
}
