import { Admin, ConfigResourceTypes, IncrementalAlterConfigOperationTypes } from '@platformatic/kafka';
import { KafkaPartitions, type KafkaRecord } from '../../lambdas/adapters/kafka-partitions.ts';
import { ensureTopics } from '../../lambdas/adapters/kafka-topics.ts';
import { type KeyedRecord, partitionOf, putOnTopic } from '../../lambdas/adapters/kafka-writer.ts';
import type { Broker } from '../support/kafka/broker.ts';

const TOPIC = 'spare';
/** No power of two: there a client that only leaves the sign out and one that reads it as a number differ. */
const PARTITIONS = 3;
const MOST_BYTES = 20_000;

/**
 * Puts records on a topic by what the function puts them with, and looks where they are.
 * @returns what is not as it must be
 */
export async function tryToPut({ connection }: Broker): Promise<string[]> {
  await ensureTopics(connection, [TOPIC], { partitions: PARTITIONS, retentionHours: 1 });
  const admin = new Admin({ ...connection, clientId: 'test' });
  await admin.incrementalAlterConfigs({
    resources: [
      {
        resourceType: ConfigResourceTypes.TOPIC,
        resourceName: TOPIC,
        configs: [
          {
            name: 'max.message.bytes',
            value: String(MOST_BYTES),
            configOperation: IncrementalAlterConfigOperationTypes.SET,
          },
        ],
      },
    ],
  });
  await admin.close();

  const problems: string[] = [];
  const tooLarge = (index: number): boolean => index === 100 || index === 499;
  // All together, they are far more than the topic takes of one batch.
  const records = Array.from({ length: 500 }, (_, index): KeyedRecord => {
    const data = Buffer.alloc(tooLarge(index) ? MOST_BYTES + 1 : (index * 7) % 1_000, index);
    return { key: index % 2 === 0 ? `u${index}` : `Kundin ${index} ü`, data };
  });
  const answers = await putOnTopic(connection, TOPIC, records);
  const stands = await standing(new KafkaPartitions(connection));
  for (const [index, { key, data }] of records.entries()) {
    const { position, refused, again } = answers[index]!;
    const found = position === undefined ? undefined : stands.get(`${position.shard}/${position.seq}`);
    const right = tooLarge(index)
      ? refused === 'MESSAGE_TOO_LARGE' && position === undefined
      : position?.shard === String(partitionOf(key, PARTITIONS)) &&
        found?.key?.toString() === key &&
        found.value?.equals(data) === true;
    if (!right) problems.push(`put-records: record ${index}: ${JSON.stringify({ position, refused, again })}`);
  }
  if (stands.size !== records.length - 2)
    problems.push(`put-records: the topic holds ${stands.size} records and not ${records.length - 2}`);
  const used = new Set([...stands.keys()].map((id) => id.slice(0, 1)));
  if (used.size !== PARTITIONS) problems.push(`put-records: ${used.size} of ${PARTITIONS} partitions are used`);

  const nowhere = await putOnTopic(connection, 'no-such-topic', records).then(
    () => 'it was put',
    ({ name, message }: Error) => `${name}: ${message}`,
  );
  if (!/^ServiceFault: .*no-such-topic/.test(nowhere)) problems.push(`put-records: a topic that is not: ${nowhere}`);
  return problems;
}

/** What a topic holds, by partition and offset. */
async function standing(partitions: KafkaPartitions): Promise<Map<string, KafkaRecord>> {
  const stands = new Map<string, KafkaRecord>();
  for (let partition = 0; partition < PARTITIONS; partition++)
    for await (const page of partitions.read(TOPIC, partition, null))
      for (const record of page) stands.set(`${partition}/${record.offset}`, record);
  return stands;
}
