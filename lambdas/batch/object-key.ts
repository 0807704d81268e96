import { LOG_PREFIX, RECEIPTS_PREFIX } from '../../core/contract/storage.ts';
import { STREAM_NAMES, type StreamName } from '../../core/contract/streams.ts';
import { shardNumber } from '../../core/contract/position.ts';

export type ObjectKind = 'log' | 'receipts';

/** What the name of an object of the log or of the receipts says of it. */
export interface ObjectName {
  readonly key: string;
  readonly kind: ObjectKind;
  readonly stream: StreamName;
  readonly shardId: string;
  /** as the warehouse stores the shard */
  readonly shard: number;
  /** canonical sequence numbers of the span that it covers */
  readonly first: string;
  readonly last: string;
}

const KINDS: Readonly<Record<string, ObjectKind>> = { [LOG_PREFIX]: 'log', [RECEIPTS_PREFIX]: 'receipts' };
const NAME = /^([a-z]+)\/([a-z_]+)\/dt=\d{4}-\d\d-\d\d\/hr=\d\d\/(.*\d)-(\d{56})-(\d{56})-[0-9a-f]{16}\.ndjson\.gz$/;

/** @returns null for a key that `objectKey` would not have written */
export function parseObjectKey(key: string): ObjectName | null {
  const [, prefix = '', stream, shardId = '', first = '', last = ''] = NAME.exec(key) ?? [];
  const kind = KINDS[prefix];
  const known = STREAM_NAMES.find((name) => name === stream);
  if (!kind || !known) return null;
  return { key, kind, stream: known, shardId, shard: shardNumber(shardId), first, last };
}
