import type { Client } from 'pg';
import { EnvelopeError } from '../../core/receipts/envelope.ts';
import { ReceiptLineError } from '../../core/receipts/receipt-line.ts';
import { copyBinary } from '../adapters/copy-in.ts';
import { DEADLOCK_DETECTED, inTransaction, sqlState, UNIQUE_VIOLATION } from '../adapters/postgres.ts';
import { UnreadableObjectError } from '../adapters/s3-objects.ts';
import type { ObjectName } from './object-key.ts';
import type { EncodedObject, EncodedRows } from './rows.ts';

export interface ObjectLoad {
  readonly name: ObjectName;
  readonly runId: string;
  /** Checks and encodes the object's content; `loadId` is its ledger row. Throws when the content is not what it should be. */
  readonly encode: (loadId: number) => EncodedObject;
}

export interface LoadedObject {
  /** positions in the object */
  readonly rows: number;
  /** positions that staging did not have yet */
  readonly rowsNew: number;
}

/**
 * Loads one object into staging, in one transaction with its ledger row: all of it or nothing, once only.
 *
 * A redelivery may write objects that overlap. The fast way copies straight into staging; when a position is there
 * already the transaction is rolled back and the object takes the slow way, through temporary tables.
 *
 * @returns null when the ledger has the object already
 * @throws UnreadableObjectError when its content is not what it should be
 */
export async function loadObject(client: Client, load: ObjectLoad): Promise<LoadedObject | null> {
  let attempt: Attempt | null = null;
  try {
    return await inTransaction(client, async () => {
      const loadId = await enterLedger(client, load);
      if (loadId === null) return null;
      attempt = { loadId, encoded: encodeOrRefuse(load, loadId) };
      for (const part of [attempt.encoded.main, ...attempt.encoded.beside]) await send(client, part.table.name, part);
      const { rows } = attempt.encoded.main;
      return settle(client, load, loadId, { rows, rowsNew: rows });
    });
  } catch (error) {
    const state = sqlState(error);
    if (attempt === null || (state !== UNIQUE_VIOLATION && state !== DEADLOCK_DETECTED))
      throw unreadableIfData(load.name, error);
    return loadOverlapping(client, load, attempt);
  }
}

interface Attempt {
  readonly loadId: number;
  readonly encoded: EncodedObject;
}

function encodeOrRefuse({ name, encode }: ObjectLoad, loadId: number): EncodedObject {
  try {
    return encode(loadId);
  } catch (error) {
    if (error instanceof EnvelopeError || error instanceof ReceiptLineError || error instanceof RangeError)
      throw new UnreadableObjectError(name.key, error.message);
    throw error;
  }
}

/** Class 22, data exception: the server cannot take a value. That is the object's fault, and no retry mends it. */
function unreadableIfData({ key }: ObjectName, error: unknown): unknown {
  const state = sqlState(error);
  if (!state?.startsWith('22')) return error;
  return new UnreadableObjectError(key, `the warehouse does not take a value of it (SQLSTATE ${state})`);
}

/** @returns null when the object is there; waits when another transaction is just loading it */
async function enterLedger(client: Client, { name, runId }: ObjectLoad, loadId?: number): Promise<number | null> {
  const { rows } = await client.query<{ load_id: number }>(
    `insert into ops.ledger (object_key, load_id, kind, stream, shard, rows, rows_new, run_id)
     overriding system value
     values ($1, coalesce($2, nextval(pg_get_serial_sequence('ops.ledger', 'load_id'))), $3, $4, $5, 0, 0, $6)
     on conflict (object_key) do nothing
     returning load_id`,
    [name.key, loadId ?? null, name.kind, name.stream, name.shard, runId],
  );
  return rows[0]?.load_id ?? null;
}

async function settle(
  client: Client,
  { name, runId }: ObjectLoad,
  loadId: number,
  loaded: LoadedObject,
): Promise<LoadedObject> {
  await client.query(
    `with shard as (
       insert into ops.shards (stream, shard, shard_id) values ($4, $5, $6) on conflict (stream, shard) do nothing
     ),
     mended as (
       update ops.object_failures set loaded_run = $7 where object_key = $8 and loaded_run is null
     )
     update ops.ledger set rows = $2, rows_new = $3 where load_id = $1`,
    [loadId, loaded.rows, loaded.rowsNew, name.stream, name.shard, name.shardId, runId, name.key],
  );
  return loaded;
}

async function send(client: Client, table: string, part: EncodedRows): Promise<void> {
  const copy = copyBinary(client, `${table} (${part.table.columns.join(', ')})`);
  for (const chunk of part.chunks) await copy.write(chunk);
  await copy.end();
}

/** Deadlocks between two overlapping objects are possible, since each waits for the other's positions. */
const MAX_ATTEMPTS = 5;

async function loadOverlapping(
  client: Client,
  load: ObjectLoad,
  { loadId, encoded }: Attempt,
): Promise<LoadedObject | null> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inTransaction(client, async () => {
        if ((await enterLedger(client, load, loadId)) === null) return null;
        const rowsNew = await merge(client, encoded.main, '');
        await noteConflicts(client, load.name, encoded.main);
        // What lies beside a position came with it: none of it for a position that another object brought.
        const main = encoded.main.table.name;
        for (const part of encoded.beside)
          await merge(
            client,
            part,
            `where exists (select from ${main} as m where m.shard = t.shard and m.seq = t.seq and m.load_id = t.load_id)`,
          );
        return settle(client, load, loadId, { rows: encoded.main.rows, rowsNew });
      });
    } catch (error) {
      if (sqlState(error) !== DEADLOCK_DETECTED || attempt === MAX_ATTEMPTS) throw unreadableIfData(load.name, error);
    }
  }
}

const temporary = (part: EncodedRows): string => `incoming_${part.table.name.replace('.', '_')}`;

async function merge(client: Client, part: EncodedRows, where: string): Promise<number> {
  const { name, columns, key } = part.table;
  await client.query(`create temporary table ${temporary(part)} (like ${name}) on commit drop`);
  await send(client, temporary(part), part);
  const { rowCount } = await client.query(
    `insert into ${name} (${columns.join(', ')})
     select ${columns.join(', ')} from ${temporary(part)} as t ${where}
     ${key.length === 0 ? '' : `order by ${key.join(', ')} on conflict (${key.join(', ')}) do nothing`}`,
  );
  return rowCount ?? 0;
}

/** The same position told differently: of a receipt another digest, of a record another payload or arrival. */
async function noteConflicts(client: Client, name: ObjectName, main: EncodedRows): Promise<void> {
  const differs =
    name.kind === 'receipts'
      ? 'i.digest <> t.digest'
      : '(i.arrival, i.payload_hash) is distinct from (t.arrival, t.payload_hash)';
  await client.query(
    `insert into ops.position_conflicts (stream, kind, shard, seq, object_key)
     select distinct $1, $2, i.shard, i.seq, $3
     from ${temporary(main)} as i
     join ${main.table.name} as t using (shard, seq)
     where ${differs}
     on conflict do nothing`,
    [name.stream, name.kind, name.key],
  );
}
