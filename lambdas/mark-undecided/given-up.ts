import type { Client } from 'pg';
import { ACTIVITY, APPLICATIONS, type StreamName } from '../../core/contract/streams.ts';
import { type ObjectName, parseObjectKey } from '../batch/object-key.ts';

/** An object of the log that holds positions without a receipt, out of the stream's reach. */
export interface GivenUp {
  readonly name: ObjectName;
  readonly loadId: number;
}

const STAGED = {
  [APPLICATIONS]: { log: 'staging.applications', receipts: 'staging.application_receipts' },
  [ACTIVITY]: { log: 'staging.activity', receipts: 'staging.activity_receipts' },
} as const;

/** Positions of a stream that arrived before $1 and have no receipt. */
const lacking = (stream: StreamName): string => `
  from ${STAGED[stream].log} as l
  where l.arrival <= $1
    and not exists (select from ${STAGED[stream].receipts} as r where r.shard = l.shard and r.seq = l.seq)`;

/** @param before ms since 1970: only what arrived by then */
export async function givenUp(client: Client, before: number): Promise<readonly GivenUp[]> {
  const found: GivenUp[] = [];
  await client.query(`select set_config('work_mem', '96MB', false)`);
  for (const stream of [APPLICATIONS, ACTIVITY] as const) {
    const { rows } = await client.query<{ key: string; load_id: number }>(
      `select o.object_key as key, o.load_id
       from ops.ledger as o
       join (select distinct l.load_id ${lacking(stream)}) as lacking using (load_id)
       order by o.object_key`,
      [new Date(before)],
    );
    for (const { key, load_id } of rows) {
      const name = parseObjectKey(key);
      if (name !== null) found.push({ name, loadId: load_id });
    }
  }
  return found;
}

/**
 * The positions of one object that are to be marked. Those within the span of a receipt object that could not be read
 * are left out: the stream may well have decided them, and two receipts would contradict each other.
 */
export async function seqsOf(
  client: Client,
  { name: { stream, shard, first, last }, loadId }: GivenUp,
  before: number,
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ seq: string }>(
    `select l.seq ${lacking(stream)} and l.load_id = $2 and l.shard = $3 and l.seq between $4 and $5`,
    [new Date(before), loadId, shard, first, last],
  );
  if (rows.length === 0) return new Set();
  const { rows: failed } = await client.query<{ object_key: string }>(
    `select object_key from ops.object_failures where kind = 'receipts' and loaded_run is null`,
  );
  const unread = failed.flatMap(({ object_key }) => parseObjectKey(object_key) ?? []);
  const mayBeDecided = (seq: string): boolean =>
    unread.some((name) => name.stream === stream && name.shard === shard && name.first <= seq && seq <= name.last);
  return new Set(rows.flatMap(({ seq }) => (mayBeDecided(seq) ? [] : [seq])));
}
