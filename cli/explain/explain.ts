import { STREAM_NAMES } from '../../core/contract/streams.ts';
import { positionId } from '../../core/contract/position.ts';
import { LOG_PREFIX, RECEIPTS_PREFIX } from '../../core/contract/storage.ts';
import { inspect } from '../../core/events/inspect.ts';
import type { LogRecord } from '../../core/events/types.ts';
import type { HistoryEntry } from '../../core/history/types.ts';
import type { Policy, PolicyBook } from '../../core/policy/policy.ts';
import { isUndecided } from '../../core/receipts/receipt.ts';
import { Replayer } from '../../core/receipts/replay.ts';
import type { Assessment } from '../../core/receipts/types.ts';
import type { S3Objects } from '../../lambdas/adapters/s3-objects.ts';
import type { Unreadable } from '../log/in-order.ts';
import { listSpans, logRecords, publishedPolicies, receiptLines } from '../log/read.ts';
import { rawIds } from '../log/raw-ids.ts';
import type { Span } from '../log/spans.ts';

/** What the pipeline made of one record, and what is stored of it. */
export interface Explained {
  readonly record: LogRecord;
  readonly assessment: Assessment;
  /** the decided records that it saw, oldest first */
  readonly history: readonly HistoryEntry[];
  /** digest of the stored receipt; null where there is none */
  readonly stored: string | null;
  /** in force at its arrival */
  readonly policy: Policy;
}

export interface Wanted {
  /** an application_id, a transaction_id or an event_id */
  readonly id: string;
  /** the applicant, where several use the id */
  readonly user: string | null;
}

/**
 * Everything that happened under an id, in the order of positions: revisions, duplicates, conflicts, quarantined
 * records. Recomputed from the log and the published policies.
 */
export async function explain(
  objects: S3Objects,
  wanted: Wanted,
  onUnreadable: (object: Unreadable) => void,
): Promise<Explained[]> {
  const book = await publishedPolicies(objects);
  const log = await listSpans(objects, LOG_PREFIX, onUnreadable);
  const receipts = await listSpans(objects, RECEIPTS_PREFIX, onUnreadable);
  const explained: Explained[] = [];
  for (const stream of STREAM_NAMES) {
    const spans = log.filter((span) => span.stream === stream);
    const found = await find(objects, spans, book, wanted, onUnreadable);
    if (found.seqs.size === 0) continue;
    const records = await recordsOf(objects, spans, found, onUnreadable);
    const ofStream = receipts.filter((span) => span.stream === stream);
    const stored = await storedReceipts(objects, ofStream, records, onUnreadable);
    explained.push(...recompute(records, stored, book, found));
  }
  return explained;
}

interface Found {
  readonly keys: ReadonlySet<string>;
  readonly seqs: ReadonlySet<string>;
}

/** Which records carry the id, and the partition keys of their customers. */
async function find(
  objects: S3Objects,
  spans: readonly Span[],
  book: PolicyBook,
  wanted: Wanted,
  onUnreadable: (object: Unreadable) => void,
): Promise<Found> {
  const keys = new Set<string>();
  const seqs = new Set<string>();
  // Text beyond ASCII can be written in several ways, so only a plain id can be sought in the bytes.
  const bytes = /^[\x20-\x7e]+$/.test(wanted.id) && !/["\\/]/.test(wanted.id) ? Buffer.from(wanted.id) : null;
  for await (const run of logRecords(objects, spans, onUnreadable))
    for (const record of run) {
      if (bytes !== null && !record.data.includes(bytes) && !record.data.includes('\\u')) continue;
      const { ids, user } = identify(record, book);
      if (!ids.includes(wanted.id) || (wanted.user !== null && user !== wanted.user)) continue;
      keys.add(record.key);
      seqs.add(record.position.seq);
    }
  return { keys, seqs };
}

/** The ids that a record goes by, and whose it is; of a quarantined one as far as its JSON can be read. */
function identify(record: LogRecord, book: PolicyBook): { ids: readonly (string | null)[]; user: string | null } {
  const inspection = inspect(record, book.inForce(record.arrival).limits);
  if (inspection.kind === 'application')
    return { ids: [inspection.application.application_id], user: inspection.application.user_id };
  if (inspection.kind === 'activity')
    return { ids: [inspection.identity, inspection.activity.event_id], user: inspection.activity.user_id };
  return rawIds(record.data, record.position.stream);
}

/** Everything of the customers, each position once, in order. */
async function recordsOf(
  objects: S3Objects,
  spans: readonly Span[],
  found: Found,
  onUnreadable: (object: Unreadable) => void,
): Promise<readonly LogRecord[]> {
  const records: LogRecord[] = [];
  for await (const run of logRecords(objects, spans, onUnreadable))
    for (const record of run)
      if (found.keys.has(record.key) && record.position.seq !== records.at(-1)?.position.seq) records.push(record);
  return records;
}

interface Stored {
  readonly digest: string;
  /** the batch's mark that the stream gave the position up; nothing after it has seen the record */
  readonly undecided: boolean;
}

/** The stored receipts of some records of one stream, by position. */
async function storedReceipts(
  objects: S3Objects,
  spans: readonly Span[],
  records: readonly LogRecord[],
  onUnreadable: (object: Unreadable) => void,
): Promise<ReadonlyMap<string, Stored>> {
  const wanted = new Set(records.map(({ position }) => positionId(position)));
  const covering = spans.filter((span) =>
    records.some(({ position: { shard, seq } }) => span.shard === shard && span.first <= seq && seq <= span.last),
  );
  const stored = new Map<string, Stored>();
  for await (const run of receiptLines(objects, covering, onUnreadable))
    for (const { position, digest, receipt } of run) {
      const id = positionId(position);
      if (wanted.has(id))
        stored.set(id, { digest, undecided: isUndecided(receipt) && stored.get(id)?.undecided !== false });
    }
  return stored;
}

function recompute(
  records: readonly LogRecord[],
  stored: ReadonlyMap<string, Stored>,
  book: PolicyBook,
  found: Found,
): Explained[] {
  const replayer = new Replayer(book);
  const explained: Explained[] = [];
  for (const record of records) {
    const { digest = null, undecided = false } = stored.get(positionId(record.position)) ?? {};
    const assessment = replayer.replay(record, undecided);
    if (!found.seqs.has(record.position.seq)) continue;
    const history = assessment.userId === null ? [] : replayer.seenBy(assessment.userId, record.position);
    explained.push({ record, assessment, history, stored: digest, policy: book.inForce(record.arrival) });
  }
  return explained;
}
