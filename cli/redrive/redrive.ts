import type { StreamName } from '../../core/contract/streams.ts';
import type { LogRecord } from '../../core/events/types.ts';
import type { S3Objects } from '../../lambdas/adapters/s3-objects.ts';
import { putRedriven } from '../../lambdas/adapters/undecided-lists.ts';
import type { Unreadable } from '../log/in-order.ts';
import { produce, type ProduceOptions } from '../produce/produce.ts';
import { Sent } from '../produce/sent.ts';
import type { Problem } from '../produce/source.ts';
import { recordsGivenUp } from './given-up.ts';

export interface RedriveOptions extends ProduceOptions {
  readonly objects: S3Objects;
  /** send also what had a card number masked; the check cannot see it any more */
  readonly masked: boolean;
  readonly onUnreadable: (object: Unreadable) => void;
}

export interface Redriven {
  /** records that each stream took */
  readonly taken: Partial<Record<StreamName, number>>;
  /** where they stand now */
  readonly sent: Sent;
  /** records that the stream refused */
  readonly refused: number;
  /** masked records that were held back */
  readonly held: number;
}

/** Whether a record is sent. A masked one would pass the check that it must fail. */
export const isSent = (record: LogRecord, masked: boolean): boolean => masked || !record.masked;

/**
 * Puts the bytes of every record given up on its stream again, under its partition key, and then remembers that. What
 * dies in between sends an object's records once more; the second copies are duplicates, never second decisions.
 *
 * @throws Interrupted when the signal is aborted; UserError when a stream takes nothing
 */
export async function redrive(options: RedriveOptions): Promise<Redriven> {
  const taken: Partial<Record<StreamName, number>> = {};
  const sent = new Sent(Date.now());
  let [refused, held] = [0, 0];
  for await (const all of recordsGivenUp(options.objects, options.onUnreadable)) {
    const records = all.filter((record) => isSent(record, options.masked));
    held += all.length - records.length;
    const first = records[0];
    if (first === undefined) continue;
    const { stream, shard } = first.position;
    const before = taken[stream] ?? 0;
    const { problems } = await produce(sourceOf(stream, records), {
      ...options,
      sent,
      onProgress: (_, count) => options.onProgress?.(stream, before + count),
    });
    const isRefused = linesOf(problems);
    const seqs = records.filter((_, index) => !isRefused.has(index + 1)).map(({ position }) => position.seq);
    refused += records.length - seqs.length;
    taken[stream] = before + seqs.length;
    if (seqs.length > 0) await putRedriven(options.objects, { v: 1, stream, shard, seqs });
  }
  return { taken, sent, refused, held };
}

const sourceOf = (stream: StreamName, records: readonly LogRecord[]) => ({
  title: 'records given up',
  streams: [stream],
  total: records.length,
  batches: () => [records.map(({ data, key }, index) => ({ stream, data, key, line: index + 1 }))],
});

const linesOf = (problems: readonly Problem[]): ReadonlySet<number> => new Set(problems.map(({ line }) => line));
