import type { StreamName } from './streams.ts';

/** First parts of the keys in the log bucket. */
export const LOG_PREFIX = 'log';
export const RECEIPTS_PREFIX = 'receipts';
export const POLICIES_PREFIX = 'documents/policies';
export const PLANS_PREFIX = 'plans';

/** What an object of the log or of the receipts covers; its key is made of it and nothing else. */
export interface ObjectSpan {
  readonly prefix: typeof LOG_PREFIX | typeof RECEIPTS_PREFIX;
  readonly stream: StreamName;
  readonly shard: string;
  /** canonical sequence numbers of the first and last record within */
  readonly first: string;
  readonly last: string;
  /** arrival of the first record, ms since 1970: gives dt= and hr= in UTC */
  readonly arrival: number;
  /** SHA-256 (hex) of the uncompressed content */
  readonly digest: string;
}

/** `log/credit_applications/dt=2026-11-21/hr=05/shardId-000000000000-<first>-<last>-<digest16>.ndjson.gz` */
export function objectKey(span: ObjectSpan): string {
  const iso = new Date(span.arrival).toISOString();
  return (
    `${span.prefix}/${span.stream}/dt=${iso.slice(0, 10)}/hr=${iso.slice(11, 13)}/` +
    `${span.shard}-${span.first}-${span.last}-${span.digest.slice(0, 16)}.ndjson.gz`
  );
}
