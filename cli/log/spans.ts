import { LOG_PREFIX, RECEIPTS_PREFIX } from '../../core/contract/storage.ts';
import { STREAM_NAMES, type StreamName } from '../../core/contract/streams.ts';

export type Prefix = typeof LOG_PREFIX | typeof RECEIPTS_PREFIX;

/** An object of the log or of the receipts, as its key describes it. */
export interface Span {
  readonly key: string;
  readonly prefix: Prefix;
  readonly stream: StreamName;
  readonly shard: string;
  /** canonical sequence numbers */
  readonly first: string;
  readonly last: string;
}

const KEY = new RegExp(
  `^(${LOG_PREFIX}|${RECEIPTS_PREFIX})/(${STREAM_NAMES.join('|')})/dt=[\\d-]+/hr=\\d+/(.+)-(\\d{56})-(\\d{56})-[0-9a-f]{16}\\.ndjson\\.gz$`,
);

/** @returns null where the key is not one that the pipeline writes */
export function parseKey(key: string): Span | null {
  const match = KEY.exec(key);
  if (match === null) return null;
  const [, prefix, stream, shard, first, last] = match as unknown as [
    string,
    Prefix,
    StreamName,
    string,
    string,
    string,
  ];
  return { key, prefix, stream, shard, first, last };
}

/** Shards of one stream that one worker must read together, and their objects. */
export interface Group {
  readonly stream: StreamName;
  readonly shards: readonly string[];
  readonly log: readonly Span[];
  readonly receipts: readonly Span[];
}

/**
 * Customers stay on their shard, so shards can be replayed side by side, but for a shard and those that it was split
 * into or merged with: these follow each other in time. The log does not say which they are; shards whose positions
 * overlap were open together and are independent, all others might be related and share a group.
 */
export function groups(spans: readonly Span[]): Group[] {
  const result: Group[] = [];
  for (const stream of STREAM_NAMES) {
    const ranges = new Map<string, { first: string; last: string }>();
    for (const span of spans) {
      if (span.stream !== stream) continue;
      const range = ranges.get(span.shard);
      if (range === undefined) ranges.set(span.shard, { first: span.first, last: span.last });
      else {
        if (span.first < range.first) range.first = span.first;
        if (span.last > range.last) range.last = span.last;
      }
    }
    const shards = [...ranges.keys()].sort();
    const leader = new Map(shards.map((shard) => [shard, shard]));
    const find = (shard: string): string => {
      const parent = leader.get(shard) as string;
      return parent === shard ? shard : find(parent);
    };
    for (const [index, one] of shards.entries())
      for (const other of shards.slice(index + 1)) {
        const [a, b] = [ranges.get(one), ranges.get(other)] as [
          { first: string; last: string },
          { first: string; last: string },
        ];
        if (a.last < b.first || b.last < a.first) leader.set(find(other), find(one));
      }
    for (const head of new Set(shards.map(find))) {
      const members = shards.filter((shard) => find(shard) === head);
      const mine = spans.filter((span) => span.stream === stream && members.includes(span.shard));
      result.push({
        stream,
        shards: members,
        log: mine.filter((span) => span.prefix === LOG_PREFIX),
        receipts: mine.filter((span) => span.prefix === RECEIPTS_PREFIX),
      });
    }
  }
  return result;
}
