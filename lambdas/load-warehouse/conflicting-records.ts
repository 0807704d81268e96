import type { StreamName } from '../../core/contract/streams.ts';
import { EnvelopeError, parseEnvelopes } from '../../core/receipts/envelope.ts';
import type { Client } from 'pg';
import { MissingObjectError, type S3Objects, UnreadableObjectError } from '../adapters/s3-objects.ts';
import { rawText } from '../batch/encode-log.ts';
import { readAhead } from '../batch/read-ahead.ts';

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
select l.object_key, json_agg(
  json_build_object('stream', c.stream, 'shard', c.shard, 'seq', c.seq, 'load_id', c.load_id) order by c.seq
) as places
from conflicts as c
join loads on c.load_id >= loads.first or c.receipt_load >= loads.first
join ops.ledger as l on l.load_id = c.load_id
where not exists (
  select from staging.raw_records as raw where raw.stream = c.stream and raw.shard = c.shard and raw.seq = c.seq
)
group by l.object_key
order by l.object_key`;

/**
 * Puts the records that conflict with an earlier one into staging, whole. Only the stream knows which ones they are:
 * where the receipt came after the record was scored, it is fetched from the log now. Memory holds two objects at a time.
 *
 * @returns how many records were fetched
 */
export async function stageConflictingRecords(objects: S3Objects, client: Client): Promise<number> {
  const { rows } = await client.query<{ object_key: string; places: Place[] }>(CONFLICTS);
  let staged = 0;
  const keys = rows.map(({ object_key }) => object_key);
  let next = 0;
  for await (const { content } of readAhead(objects, keys)) {
    const found = 'bytes' in content ? recordsAt(content.bytes, rows[next]!.places) : refuse(content.error);
    next += 1;
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

/** An object was readable when it was loaded. Should it be damaged since, its issues go without their records. */
function refuse(error: unknown): [] {
  if (error instanceof UnreadableObjectError || error instanceof MissingObjectError) return [];
  throw error;
}

/** @param places ascending, as the lines of an object are: so the content is walked through once */
function recordsAt(content: Buffer, places: readonly Place[]): (Place & { readonly raw: string })[] {
  const found = [];
  let from = 0;
  for (const place of places) {
    const at = content.indexOf(`,"seq":"${place.seq}",`, from, 'latin1');
    if (at < 0) continue;
    const start = content.lastIndexOf(NEWLINE, at) + 1;
    from = content.indexOf(NEWLINE, at) + 1;
    if (from === 0) break;
    for (const { data } of envelopes(content.subarray(start, from))) found.push({ ...place, raw: rawText(data) });
  }
  return found;
}

function envelopes(line: Buffer): ReturnType<typeof parseEnvelopes> {
  try {
    return parseEnvelopes(line);
  } catch (error) {
    if (error instanceof EnvelopeError) return [];
    throw error;
  }
}

const NEWLINE = 0x0a;
