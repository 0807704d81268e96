import { hash } from 'node:crypto';
import type { Client } from 'pg';
import { type Reach, unreachableFrom } from '../../core/contract/reach.ts';
import { objectKey, RECEIPTS_PREFIX } from '../../core/contract/storage.ts';
import type { LogRecord } from '../../core/events/types.ts';
import type { PolicyBook } from '../../core/policy/policy.ts';
import { giveUp } from '../../core/receipts/assess.ts';
import { EnvelopeError, parseEnvelopes } from '../../core/receipts/envelope.ts';
import { receiptLine } from '../../core/receipts/receipt-line.ts';
import type { PublishedPolicies } from '../adapters/documents.ts';
import type { Warehouse } from '../adapters/postgres.ts';
import { MissingObjectError, type S3Objects, UnreadableObjectError } from '../adapters/s3-objects.ts';
import { putUndecided } from '../adapters/undecided-lists.ts';
import { encodeReceipts } from '../batch/encode-receipts.ts';
import type { RunEvent } from '../batch/events.ts';
import { finishJob, type Job, plannedAt, startJob } from '../batch/lineage.ts';
import { loadObject } from '../batch/load-object.ts';
import { parseObjectKey } from '../batch/object-key.ts';
import { readPolicies } from '../batch/policies.ts';
import { PipelineError } from '../runtime/errors.ts';
import { type GivenUp, givenUp, seqsOf } from './given-up.ts';

export interface MarkSettings {
  readonly reach: Reach;
  /** stands beside each receipt */
  readonly codeVersion: string;
  /** told of the policies as they were found, once there is something to mark */
  readonly onPolicies?: (published: PublishedPolicies) => void;
}

export interface Marked {
  /** positions that have a receipt now and had none */
  readonly marked: number;
  /** why objects of the log could not be read, by key */
  readonly unreadable: ReadonlyMap<string, string>;
}

/**
 * Gives each position of the log that the stream can no longer reach, and that has no receipt, one that says so.
 *
 * What counts is the age when the batch was *planned*: the receipts that the stream could still write for such a
 * record lay in the bucket by then, were listed and are in staging, so that none of them is overlooked. Running again,
 * or beside another batch, writes the same receipts; the position is staging's key.
 *
 * @param onMarked told of each object as soon as its marks lie in the log
 * @throws PipelineError for a run that was not planned
 */
export async function markUndecided(
  objects: S3Objects,
  warehouse: Warehouse,
  { runId }: RunEvent,
  { reach, codeVersion, onPolicies }: MarkSettings,
  onMarked: (positions: number) => void = () => {},
): Promise<Marked> {
  const client = await warehouse.client();
  const job: Job = { runId, job: 'mark-undecided', source: 'log', target: 'receipts' };
  const planned = await plannedAt(client, runId);
  if (planned === null)
    throw new PipelineError(`The run ${runId} was not planned: what the stream has decided is not known.`);
  await startJob(client, job);
  const before = planned - unreachableFrom(reach);
  const unreadable = new Map<string, string>();
  let book: PolicyBook | null = null;
  let [found, marked] = [0, 0];
  for (const object of await givenUp(client, before)) {
    try {
      if (book === null) {
        const published = await readPolicies(objects);
        onPolicies?.(published);
        book = published.book;
      }
      const records = await recordsOf(objects, object, await seqsOf(client, object, before));
      found += records.length;
      if (records.length === 0) continue;
      marked += await mark({ objects, client, runId, codeVersion, onMarked }, object, records, book);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      unreadable.set(object.name.key, error.message);
    }
  }
  await finishJob(client, job, { rowsIn: found, rowsOut: marked });
  return { marked, unreadable };
}

/** An object was readable when it was loaded. Should it be damaged since, its positions stay as they are. */
const isUnreadable = (error: unknown): error is Error =>
  error instanceof UnreadableObjectError || error instanceof MissingObjectError || error instanceof EnvelopeError;

/** Those of an object's records that are sought; a position once. */
async function recordsOf(
  objects: S3Objects,
  { name: { key } }: GivenUp,
  sought: ReadonlySet<string>,
): Promise<readonly LogRecord[]> {
  if (sought.size === 0) return [];
  const found = new Map<string, LogRecord>();
  for (const record of parseEnvelopes(await objects.getGunzipped(key))) {
    const { seq } = record.position;
    if (sought.has(seq) && !found.has(seq)) found.set(seq, record);
  }
  return [...found.values()].sort((a, b) => (a.position.seq < b.position.seq ? -1 : 1));
}

interface Around {
  readonly objects: S3Objects;
  readonly client: Client;
  readonly runId: string;
  readonly codeVersion: string;
  readonly onMarked: (positions: number) => void;
}

/**
 * First the list that a redrive goes by, then the receipts, then staging. After a crash in between, the next run finds
 * the positions without a receipt and does it all again, or finds the receipts in the bucket and loads them.
 *
 * @returns how many positions had no receipt
 */
async function mark(
  { objects, client, runId, codeVersion, onMarked }: Around,
  { name: { key: log, stream } }: GivenUp,
  records: readonly LogRecord[],
  book: PolicyBook,
): Promise<number> {
  const content = records
    .map((record) => receiptLine(giveUp(record, book.inForce(record.arrival)), codeVersion))
    .join('');
  const { position, arrival } = records[0]!;
  const seqs = records.map((record) => record.position.seq);
  const receipts = objectKey({
    prefix: RECEIPTS_PREFIX,
    stream,
    shard: position.shard,
    first: seqs[0]!,
    last: seqs.at(-1)!,
    arrival,
    digest: hash('sha256', content),
  });
  await putUndecided(objects, { v: 1, stream, shard: position.shard, seqs, log, receipts });
  await objects.putGzipped(receipts, content);
  onMarked(records.length);
  const name = parseObjectKey(receipts);
  if (name === null) throw new Error('a receipt object has a name that is not one');
  const encode = (loadId: number) => encodeReceipts(name, Buffer.from(content), loadId);
  const loaded = await loadObject(client, { name, runId, encode });
  return loaded?.rowsNew ?? 0;
}
