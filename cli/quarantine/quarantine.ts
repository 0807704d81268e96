import { LOG_PREFIX, RECEIPTS_PREFIX } from '../../core/contract/storage.ts';
import type { Position } from '../../core/contract/position.ts';
import { STREAM_NAMES, type StreamName } from '../../core/contract/streams.ts';
import type { Issue, LogRecord } from '../../core/events/types.ts';
import type { S3Objects } from '../../lambdas/adapters/s3-objects.ts';
import type { Unreadable } from '../log/in-order.ts';
import { listSpans, logRecords, receiptLines } from '../log/read.ts';

export interface QuarantinedRecord {
  readonly position: Position;
  /** ms since 1970 */
  readonly arrival: number;
  readonly issues: readonly Issue[];
}

export interface Filter {
  readonly stream: StreamName | null;
  /** a check that must have failed */
  readonly check: string | null;
  /** ms since 1970: what arrived then or later */
  readonly since: number | null;
}

/** The records that failed a check, stream by stream in the order of positions, as their receipts say. */
export async function* quarantined(
  objects: S3Objects,
  filter: Filter,
  onUnreadable: (object: Unreadable) => void,
): AsyncGenerator<QuarantinedRecord> {
  const all = await listSpans(objects, RECEIPTS_PREFIX, onUnreadable);
  for (const stream of STREAM_NAMES) {
    if (filter.stream !== null && filter.stream !== stream) continue;
    const spans = all.filter((span) => span.stream === stream);
    let last = '';
    for await (const run of receiptLines(objects, spans, onUnreadable))
      for (const { position, receipt: text } of run) {
        if (position.seq === last || !text.includes('"disposition":"quarantined"')) continue;
        const receipt = JSON.parse(text) as { disposition: string; arrival: number; issues: Issue[] };
        if (receipt.disposition !== 'quarantined') continue;
        if (filter.since !== null && receipt.arrival < filter.since) continue;
        if (filter.check !== null && !receipt.issues.some((issue) => issue.check === filter.check)) continue;
        last = position.seq;
        yield { position, arrival: receipt.arrival, issues: receipt.issues };
      }
  }
}

/** The records at some positions as the log holds them: the original bytes with card numbers masked. */
export async function* recordsAt(
  objects: S3Objects,
  positions: readonly Position[],
  onUnreadable: (object: Unreadable) => void,
): AsyncGenerator<LogRecord> {
  const all = await listSpans(objects, LOG_PREFIX, onUnreadable);
  // Sequence numbers of two streams may be equal, so each stream is read by itself.
  for (const stream of STREAM_NAMES) {
    const wanted = new Set(positions.filter((position) => position.stream === stream).map(({ seq }) => seq));
    const sorted = [...wanted].sort();
    const spans = all.filter((span) => {
      const next = sorted[lowerBound(sorted, span.first)];
      return span.stream === stream && next !== undefined && next <= span.last;
    });
    for await (const run of logRecords(objects, spans, onUnreadable))
      for (const record of run) if (wanted.delete(record.position.seq)) yield record;
  }
}

function lowerBound(sorted: readonly string[], value: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as string) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
