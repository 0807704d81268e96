import type { StreamName } from './streams.ts';

/** First parts of the keys in the log bucket. */
export const LOG_PREFIX = 'log';
export const RECEIPTS_PREFIX = 'receipts';
export const POLICIES_PREFIX = 'documents/policies';
export const PLANS_PREFIX = 'plans';
/** Which positions the batch marked as undecided, and where their records lie in the log. */
export const UNDECIDED_PREFIX = 'undecided';
/** Which of these were put on the stream again. */
export const REDRIVEN_PREFIX = 'redriven';

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

/** `log/credit_applications/dt=2026-11-21/hr=05/`: of an hour in UTC. Later hours come after it in the order of keys. */
export function hourOf(prefix: ObjectSpan['prefix'], stream: StreamName, arrival: number): string {
  const iso = new Date(arrival).toISOString();
  return `${prefix}/${stream}/dt=${iso.slice(0, 10)}/hr=${iso.slice(11, 13)}/`;
}

/** `log/credit_applications/dt=2026-11-21/hr=05/shardId-000000000000-<first>-<last>-<digest16>.ndjson.gz` */
export function objectKey(span: ObjectSpan): string {
  return (
    hourOf(span.prefix, span.stream, span.arrival) +
    `${span.shard}-${span.first}-${span.last}-${span.digest.slice(0, 16)}.ndjson.gz`
  );
}

/** What an object that names positions covers. */
export interface ListSpan extends Omit<ObjectSpan, 'prefix' | 'arrival'> {
  readonly prefix: typeof UNDECIDED_PREFIX | typeof REDRIVEN_PREFIX;
}

/** `undecided/credit_applications/shardId-000000000000-<first>-<last>-<digest16>.json` */
export const listKey = ({ prefix, stream, shard, first, last, digest }: ListSpan): string =>
  `${prefix}/${stream}/${shard}-${first}-${last}-${digest.slice(0, 16)}.json`;
