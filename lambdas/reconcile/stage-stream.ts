import type { Client } from 'pg';
import { shardNumber } from '../../core/contract/position.ts';
import type { StreamName } from '../../core/contract/streams.ts';
import { BinaryCopy } from '../adapters/binary-copy.ts';
import { copyBinary } from '../adapters/copy-in.ts';
import type { PositionSource, StreamPosition } from '../adapters/stream-positions.ts';

/** How far a shard was read. */
export interface Mark {
  readonly stream: StreamName;
  readonly shardId: string;
  readonly seq: string;
}

/**
 * Reads a stream from its last marks into the temporary table stream_positions, up to records that arrived after
 * `until`: those were not there when the batch was planned. Memory holds one page at a time.
 *
 * @param until ms since 1970
 * @returns the new marks: the last position read of each shard that had any
 */
export async function stageStream(
  client: Client,
  stream: StreamName,
  source: PositionSource,
  until: number,
): Promise<readonly Mark[]> {
  const marks: Mark[] = [];
  const before = await lastMarks(client, stream);
  for (const shardId of await source.shards()) {
    const shard = shardNumber(shardId);
    await client.query(
      'insert into ops.shards (stream, shard, shard_id) values ($1, $2, $3) on conflict (stream, shard) do nothing',
      [stream, shard, shardId],
    );
    let last: string | undefined;
    for await (const page of source.positions(shardId, before.get(shardId) ?? null)) {
      const late = page.findIndex(({ arrival }) => arrival > until);
      const due = late < 0 ? page : page.slice(0, late);
      await copyPage(client, stream, shard, due);
      last = due.at(-1)?.seq ?? last;
      if (late >= 0) break;
    }
    if (last !== undefined) marks.push({ stream, shardId, seq: last });
  }
  return marks;
}

async function lastMarks(client: Client, stream: StreamName): Promise<Map<string, string>> {
  const { rows } = await client.query<{ shard_id: string; seq: string }>(
    'select shard_id, seq from ops.stream_marks where stream = $1',
    [stream],
  );
  return new Map(rows.map(({ shard_id, seq }) => [shard_id, seq]));
}

async function copyPage(
  client: Client,
  stream: StreamName,
  shard: number,
  page: readonly StreamPosition[],
): Promise<void> {
  if (page.length === 0) return;
  const rows = new BinaryCopy(page.length * 128);
  for (const { seq, arrival } of page) {
    rows.row(4);
    rows.ascii(stream);
    rows.int4(shard);
    rows.ascii(seq);
    rows.timestamp(arrival);
  }
  await copyBinary(client, 'stream_positions (stream, shard, seq, arrival)').end(rows.end());
}
