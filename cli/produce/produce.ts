import { partitionKey } from '../../core/contract/partition-key.ts';
import type { StreamName } from '../../core/contract/streams.ts';
import { Interrupted } from '../errors.ts';
import { OrderedWriter, PUT_LIMITS } from './ordered-writer.ts';
import { sendBy, type SenderOf } from './sender.ts';
import { Sent } from './sent.ts';
import type { Problem, Source } from './source.ts';

export interface ProduceOptions {
  /** what takes the records of a stream */
  readonly sender: SenderOf;
  /** hears how many records a stream has taken by now */
  readonly onProgress?: (stream: StreamName, taken: number) => void;
  readonly signal?: AbortSignal;
  /** where positions are noted @default a list of its own */
  readonly sent?: Sent;
}

export interface Produced {
  /** records that each stream took */
  readonly taken: Partial<Record<StreamName, number>>;
  /** where they stand on the streams */
  readonly sent: Sent;
  /** records of no bytes at all, as a blank line gives */
  readonly blank: number;
  /** lines that were not sent or not taken, in the order of the lines */
  readonly problems: readonly Problem[];
}

/**
 * Puts every record of a source on its stream, keyed by its customer and in the customer's order.
 * @throws Interrupted when the signal is aborted; UserError when the input cannot be read or a stream takes nothing
 */
export async function produce(source: Source, options: ProduceOptions): Promise<Produced> {
  const taken: Partial<Record<StreamName, number>> = {};
  const sent = options.sent ?? new Sent(Date.now());
  const problems: Problem[] = [];
  const signal = options.signal ?? null;
  let blank = 0;
  const writers = new Map<StreamName, OrderedWriter>();
  for (const stream of source.streams) {
    taken[stream] = 0;
    const sender = options.sender(stream);
    const send = sendBy(sender, {
      onTaken: (records) => {
        const sum = (taken[stream] ?? 0) + records;
        taken[stream] = sum;
        options.onProgress?.(stream, sum);
      },
      onPosition: (shard, seq) => sent.add(stream, shard, seq),
      onRefused: (problem) => problems.push(problem),
    });
    writers.set(stream, new OrderedWriter(send, { limits: sender.limits ?? PUT_LIMITS, signal }));
  }
  for await (const batch of source.batches((problem) => problems.push(problem))) {
    if (signal?.aborted) throw new Interrupted();
    for (const entry of batch) {
      if (entry.data.length === 0) blank += 1;
      const writer = writers.get(entry.stream);
      if (writer === undefined) throw new Error(`the source names no stream ${entry.stream}`);
      await writer.write({ entry, key: entry.key ?? partitionKey(entry.data) });
    }
  }
  for (const writer of writers.values()) await writer.end();
  // Requests overlap, so refusals are heard of out of turn.
  return { taken, sent, blank, problems: problems.sort((x, y) => x.line - y.line) };
}
