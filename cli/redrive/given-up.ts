import { positionId } from '../../core/contract/position.ts';
import type { LogRecord } from '../../core/events/types.ts';
import { EnvelopeError, parseEnvelopes } from '../../core/receipts/envelope.ts';
import { MissingObjectError, type S3Objects, UnreadableObjectError } from '../../lambdas/adapters/s3-objects.ts';
import { redrivenLists, type UndecidedList, undecidedLists } from '../../lambdas/adapters/undecided-lists.ts';
import type { Unreadable } from '../log/in-order.ts';

/**
 * The records that the stream gave up and nobody has sent again, from one object of the log at a time; those of one
 * customer come in his order. Needs the log bucket alone, and holds the positions that it has met.
 *
 * @param onUnreadable hears of objects of the log that hold such records and cannot be read
 */
export async function* recordsGivenUp(
  objects: S3Objects,
  onUnreadable: (object: Unreadable) => void,
): AsyncGenerator<readonly LogRecord[]> {
  const done = new Set<string>();
  for await (const { stream, shard, seqs } of redrivenLists(objects))
    for (const seq of seqs) done.add(positionId({ stream, shard, seq }));
  // Keys sort by stream, shard and position; of a shard that was split, its children's numbers are higher.
  for await (const list of undecidedLists(objects)) {
    const { stream, shard } = list;
    const open = new Set(list.seqs.filter((seq) => !done.has(positionId({ stream, shard, seq }))));
    if (open.size === 0 || !(await isMarked(objects, list))) continue;
    for (const seq of open) done.add(positionId({ stream, shard, seq }));
    try {
      const records = new Map<string, LogRecord>();
      for (const record of parseEnvelopes(await objects.getGunzipped(list.log)))
        if (open.has(record.position.seq)) records.set(record.position.seq, record);
      if (records.size < open.size)
        throw new UnreadableObjectError(list.log, `it lacks ${open.size - records.size} of the records given up`);
      yield [...records.values()].sort((a, b) => (a.position.seq < b.position.seq ? -1 : 1));
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      onUnreadable({ key: list.log, reason: error.message });
    }
  }
}

const isUnreadable = (error: unknown): error is Error =>
  error instanceof MissingObjectError || error instanceof UnreadableObjectError || error instanceof EnvelopeError;

/** The list is written before the receipts: a batch that died in between has marked nothing yet. */
async function isMarked(objects: S3Objects, { receipts }: UndecidedList): Promise<boolean> {
  for await (const key of objects.listKeys(receipts)) if (key === receipts) return true;
  return false;
}
