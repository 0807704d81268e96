import { type BaseOptions, Consumer, type RecordsBatch } from '@platformatic/kafka';
import { ServiceFault } from '../runtime/errors.ts';

/** Where the brokers are, and how to log in to them. */
export type KafkaConnection = Pick<BaseOptions, 'tls' | 'sasl'> & { readonly bootstrapBrokers: string[] };

/** A record as the broker keeps it. */
export interface KafkaRecord {
  readonly offset: bigint;
  /** ms since 1970 */
  readonly timestamp: number;
  /** whose time that is; only the broker's tells when the record arrived */
  readonly timestampType: 'LOG_APPEND_TIME' | 'CREATE_TIME';
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** Bits of a batch's attributes: the time is the broker's; the batch is a transaction's mark and holds no records. */
const LOG_APPEND_TIME = 1 << 3;
const CONTROL = 1 << 5;
const EARLIEST = -2n;
const LATEST = -1n;
const PAGE_BYTES = 4 << 20;
/** A broker that names an end and gives nothing up to it, so often in a row and a second each time, is broken. */
const PATIENCE = 20;

/**
 * Reads partitions without joining a group: nothing is shared, committed or rebalanced. The client decodes batches but
 * not their times right where the broker gave its own, so they are taken from the batch itself.
 */
export class KafkaPartitions {
  readonly #connection: KafkaConnection;

  constructor(connection: KafkaConnection) {
    this.#connection = connection;
  }

  /** @returns how many partitions a topic has */
  partitions(topic: string): Promise<number> {
    return this.#connected(topic, async (consumer) => (await topicOf(consumer, topic)).partitionsCount);
  }

  /** Pages of a partition's records in order, from behind `after` (or the oldest there is) up to the present. */
  async *read(topic: string, partition: number, after: bigint | null): AsyncGenerator<readonly KafkaRecord[]> {
    const consumer = this.#connect(topic);
    try {
      const bound = async (timestamp: bigint): Promise<bigint> =>
        (await consumer.listOffsets({ topics: [topic], partitions: { [topic]: [partition] }, timestamp })).get(topic)?.[
          partition
        ] ?? 0n;
      const end = await bound(LATEST);
      const first = await bound(EARLIEST);
      let next = after === null || after + 1n < first ? first : after + 1n;
      for (let empty = 0; next < end; ) {
        const batches = await fetchFrom(consumer, topic, partition, next);
        const last = batches.at(-1);
        if (last === undefined) {
          empty += 1;
          if (empty === PATIENCE)
            throw new ServiceFault(
              `The partition ${topic}/${partition} ends at ${end}, but gives nothing from ${next} on.`,
            );
          continue;
        }
        empty = 0;
        // A batch begins where the broker wrote it, which may be before what was asked for.
        const page = batches.flatMap(recordsOf).filter(({ offset }) => offset >= next && offset < end);
        next = last.firstOffset + BigInt(last.lastOffsetDelta) + 1n;
        if (page.length > 0) yield page;
      }
    } finally {
      await consumer.close(true);
    }
  }

  async #connected<T>(topic: string, work: (consumer: Consumer) => Promise<T>): Promise<T> {
    const consumer = this.#connect(topic);
    try {
      return await work(consumer);
    } finally {
      await consumer.close(true);
    }
  }

  #connect(topic: string): Consumer {
    const consumer = new Consumer({
      ...this.#connection,
      clientId: 'credit-risk-pipeline',
      // The client asks for the name of a group, which is never joined.
      groupId: 'none',
      connectTimeout: 5_000,
      requestTimeout: 15_000,
      retries: 3,
    });
    consumer.topics.track(topic);
    return consumer;
  }
}

async function topicOf(consumer: Consumer, topic: string) {
  const { topics } = await consumer.metadata({ topics: [topic] });
  const found = topics.get(topic);
  if (!found) throw new ServiceFault(`The cluster has no topic ${topic}.`);
  return found;
}

async function fetchFrom(
  consumer: Consumer,
  topic: string,
  partition: number,
  fetchOffset: bigint,
): Promise<RecordsBatch[]> {
  const { id, partitions } = await topicOf(consumer, topic);
  const { leader } = partitions[partition]!;
  const { responses } = await consumer.fetch({
    node: leader,
    topics: [
      {
        topicId: id,
        partitions: [
          { partition, fetchOffset, currentLeaderEpoch: -1, lastFetchedEpoch: -1, partitionMaxBytes: PAGE_BYTES },
        ],
      },
    ],
    maxWaitTime: 1_000,
    maxBytes: PAGE_BYTES,
  });
  return responses[0]?.partitions[0]?.records ?? [];
}

function recordsOf(batch: RecordsBatch): KafkaRecord[] {
  if (batch.attributes & CONTROL) return [];
  const appended = (batch.attributes & LOG_APPEND_TIME) !== 0;
  return batch.records.map(({ offsetDelta, timestampDelta, key, value }) => ({
    offset: batch.firstOffset + BigInt(offsetDelta),
    timestamp: Number(appended ? batch.maxTimestamp : batch.firstTimestamp + timestampDelta),
    timestampType: appended ? 'LOG_APPEND_TIME' : 'CREATE_TIME',
    key,
    value,
  }));
}
