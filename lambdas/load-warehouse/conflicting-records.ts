import { parseEnvelopes } from '../../core/receipts/envelope.ts';
import type { Client } from 'pg';
import { type S3Objects, UnreadableObjectError } from '../adapters/s3-objects.ts';
import { rawText } from '../batch/encode-log.ts';
import type { StreamName } from '../../core/contract/streams.ts';

interface Place {
  readonly stream: StreamName;
  readonly shard: number;
  readonly seq: string;
  readonly load_id: number;
}

/** Positions of conflicts among the loads that are to be read, whose records staging does not hold. */
const CONFLICTS = `
with loads as (
  select coalesce(min(load_id), 2147483647) as first from ops.ledger where consumed_run is null
),
conflicts as (
  select 'credit_applications' as stream, shard, seq, s.load_id, r.load_id as receipt_load
  from staging.application_receipts as r join staging.applications as s using (shard, seq)
  where r.disposition = 'conflict'
  union all
  select 'account_activity', shard, seq, s.load_id, r.load_id
  from staging.activity_receipts as r join staging.activity as s using (shard, seq)
  where r.disposition = 'conflict'
)
select l.object_key, json_agg(json_build_object('stream', c.stream, 'shard', c.shard, 'seq', c.seq, 'load_id', c.load_id)) as places
from conflicts as c
join loads on c.load_id >= loads.first or c.receipt_load >= loads.first
join ops.ledger as l on l.load_id = c.load_id
where not exists (
  select from staging.raw_records as raw where raw.stream = c.stream and raw.shard = c.shard and raw.seq = c.seq
)
group by l.object_key
order by l.object_key`;

/**
 * Puts the records that conflict with an earlier one into staging, whole. Only the stream knows which ones they are,
 * so they are fetched from the log once the receipts say so. Memory holds one object at a time.
 *
 * @returns how many records were fetched
 */
export async function stageConflictingRecords(objects: S3Objects, client: Client): Promise<number> {
  const { rows } = await client.query<{ object_key: string; places: Place[] }>(CONFLICTS);
  let staged = 0;
  for (const { object_key, places } of rows) {
    const found = await recordsAt(objects, object_key, places);
    if (found.length === 0) continue;
    const { rowCount } = await client.query(
      `insert into staging.raw_records (stream, shard, seq, load_id, raw)
       select * from jsonb_to_recordset($1::jsonb) as t (stream text, shard integer, seq text, load_id integer, raw text)
       on conflict (stream, shard, seq) do nothing`,
      [JSON.stringify(found)],
    );
    staged += rowCount ?? 0;
  }
  return staged;
}

async function recordsAt(
  objects: S3Objects,
  key: string,
  places: readonly Place[],
): Promise<(Place & { readonly raw: string })[]> {
  const wanted = new Map(places.map((place) => [place.seq, place]));
  const found = [];
  for (const { position, data } of await envelopes(objects, key)) {
    const place = wanted.get(position.seq);
    if (place) found.push({ ...place, raw: rawText(data) });
  }
  return found;
}

/** The object was read once; should it be damaged since, the issues are recorded without the records. */
async function envelopes(objects: S3Objects, key: string): Promise<ReturnType<typeof parseEnvelopes>> {
  try {
    return parseEnvelopes(await objects.getGunzipped(key));
  } catch (error) {
    if (error instanceof UnreadableObjectError || (error as Error).name === 'EnvelopeError') return [];
    throw error;
  }
}
