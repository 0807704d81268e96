import { LOG_PREFIX, RECEIPTS_PREFIX } from '../../core/contract/storage.ts';
import type { Position } from '../../core/contract/position.ts';
import type { StreamName } from '../../core/contract/streams.ts';
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
}

/** The records that failed a check, in the order of positions, as their receipts say. */
export async function* quarantined(
  objects: S3Objects,
  filter: Filter,
  onUnreadable: (object: Unreadable) => void,
): AsyncGenerator<QuarantinedRecord> {
  const spans = (await listSpans(objects, RECEIPTS_PREFIX, onUnreadable)).filter(
    (span) => filter.stream === null || span.stream === filter.stream,
  );
  let last = '';
  for await (const run of receiptLines(objects, spans, onUnreadable))
    for (const line of run) {
      if (line.position.seq === last || !line.receipt.includes('"disposition":"quarantined"')) continue;
      const receipt = JSON.parse(line.receipt) as { disposition: string; arrival: number; issues: Issue[] };
      if (receipt.disposition !== 'quarantined') continue;
      if (filter.check !== null && !receipt.issues.some((issue) => issue.check === filter.check)) continue;
      last = line.position.seq;
      yield { position: line.position, arrival: receipt.arrival, issues: receipt.issues };
    }
}

/** The records at some positions as the log holds them: the original bytes with card numbers masked. */
export async function* recordsAt(
  objects: S3Objects,
  positions: readonly Position[],
  onUnreadable: (object: Unreadable) => void,
): AsyncGenerator<LogRecord> {
  const wanted = new Set(positions.map((position) => position.seq));
  const sorted = [...wanted].sort();
  const spans = (await listSpans(objects, LOG_PREFIX, onUnreadable)).filter((span) => {
    const next = sorted[lowerBound(sorted, span.first)];
    return next !== undefined && next <= span.last;
  });
  for await (const run of logRecords(objects, spans, onUnreadable))
    for (const record of run) if (wanted.delete(record.position.seq)) yield record;
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
