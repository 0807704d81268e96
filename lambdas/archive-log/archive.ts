import { hash } from 'node:crypto';
import { LOG_PREFIX, objectKey } from '../../core/contract/storage.ts';
import { protect } from '../../core/events/protect.ts';
import type { StreamRecord } from '../../core/events/types.ts';
import { envelopeLine } from '../../core/receipts/envelope.ts';
import type { S3Objects } from '../adapters/s3-objects.ts';

/**
 * Writes the records of one shard as one object of the log, card numbers masked, malformed ones too. The same records
 * give the same object under the same key.
 *
 * @param records ascending by position, at least one
 */
export async function archive(objects: S3Objects, records: readonly StreamRecord[]): Promise<void> {
  const first = records[0];
  const last = records.at(-1);
  if (!first || !last) return;
  const content = records.map((record) => envelopeLine(protect(record))).join('');
  const key = objectKey({
    prefix: LOG_PREFIX,
    stream: first.position.stream,
    shard: first.position.shard,
    first: first.position.seq,
    last: last.position.seq,
    arrival: first.arrival,
    digest: hash('sha256', content),
  });
  await objects.putGzipped(key, content);
}
