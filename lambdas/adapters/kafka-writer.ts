import { compatibilityPartitioner, ProduceAcks, Producer } from '@platformatic/kafka';
import type { PutAnswer } from '../../core/contract/put-records.ts';
import { ServiceFault } from '../runtime/errors.ts';
import type { KafkaConnection } from './kafka-partitions.ts';

export interface KeyedRecord {
  readonly key: string;
  readonly data: Buffer;
}

/** Bytes that are sent to a partition at once: half of what a topic takes of a batch unless it is told otherwise. */
const BATCH_BYTES = 512 * 1024;
/** What a broker finds wrong with the records themselves. */
const REFUSALS = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD'];

/** The partition of a key, as Kafka's own clients have it: producers of others put a customer's records there too. */
export const partitionOf = (key: string, partitions: number): number =>
  compatibilityPartitioner({ topic: '' }, Buffer.from(key)) % partitions;

/**
 * Puts records on a topic, each on its key's partition, and answers for each once all replicas have it. Partitions are
 * independent: one without a leader takes nothing, and the others do. What is sent again after an answer got lost is on
 * the topic twice; the second one becomes a duplicate, as on Kinesis.
 *
 * @throws ServiceFault where the brokers cannot be reached or do not know the topic
 */
export async function putOnTopic(
  connection: KafkaConnection,
  topic: string,
  records: readonly KeyedRecord[],
): Promise<PutAnswer[]> {
  const producer = new Producer({
    ...connection,
    clientId: 'credit-risk-pipeline',
    acks: ProduceAcks.ALL,
    connectTimeout: 5_000,
    requestTimeout: 15_000,
    // Whoever calls sends again what was not taken.
    retries: 1,
  });
  const answers: PutAnswer[] = records.map(() => ({}));

  const send = async (partition: number, indexes: readonly number[]): Promise<void> => {
    const messages = indexes.map((index) => {
      const { key, data } = records[index]!;
      return { topic, partition, key: Buffer.from(key), value: data };
    });
    try {
      const { offsets = [] } = await producer.send({ messages });
      const first = offsets[0]?.offset;
      if (first === undefined) throw new ServiceFault('The broker says nothing of where the records are.');
      for (const [nth, index] of indexes.entries())
        answers[index] = { position: { shard: String(partition), seq: String(first + BigInt(nth)) } };
    } catch (error) {
      const why = reasonOf(error);
      const wrong = REFUSALS.includes(why);
      if (wrong && indexes.length > 1) {
        // Which of them it is, the broker does not say.
        const half = indexes.length >> 1;
        await send(partition, indexes.slice(0, half));
        await send(partition, indexes.slice(half));
      } else for (const index of indexes) answers[index] = wrong ? { refused: why } : { again: why };
    }
  };

  try {
    const partitions = await partitionsOf(producer, topic);
    const byPartition = Map.groupBy(records.keys(), (index) => partitionOf(records[index]!.key, partitions));
    await Promise.all(
      [...byPartition].map(async ([partition, indexes]) => {
        for (const batch of batches(indexes, (index) => records[index]!.data.length)) await send(partition, batch);
      }),
    );
  } finally {
    // What was not answered is answered for already; a connection that is broken need not end well.
    await producer.close(true).catch(() => {});
  }
  return answers;
}

async function partitionsOf(producer: Producer, topic: string): Promise<number> {
  try {
    const { topics } = await producer.metadata({ topics: [topic] });
    const found = topics.get(topic)?.partitionsCount;
    if (found) return found;
  } catch (error) {
    throw new ServiceFault(`The brokers do not say where the topic ${topic} is: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
  throw new ServiceFault(`The cluster has no topic ${topic}.`);
}

function* batches(indexes: readonly number[], sizeOf: (index: number) => number): Generator<number[]> {
  let batch: number[] = [];
  let bytes = 0;
  for (const index of indexes) {
    if (batch.length > 0 && bytes + sizeOf(index) > BATCH_BYTES) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(index);
    bytes += sizeOf(index);
  }
  if (batch.length > 0) yield batch;
}

/** The name of what went wrong: the broker's own, or else the client's. Never a text, which may quote anything. */
function reasonOf(error: unknown): string {
  const named = causes(error).flatMap(({ apiId }) => apiId ?? []);
  const { code, name } = error as { code?: string; name?: string };
  return named.find((id) => REFUSALS.includes(id)) ?? named[0] ?? code ?? name ?? 'unknown';
}

interface KafkaError {
  readonly apiId?: string;
  readonly errors?: readonly unknown[];
  readonly cause?: unknown;
}

/** An error and all that it comes from. */
function causes(error: unknown): KafkaError[] {
  if (typeof error !== 'object' || error === null) return [];
  const { errors = [], cause } = error as KafkaError;
  return [error, ...errors.flatMap(causes), ...causes(cause)];
}
