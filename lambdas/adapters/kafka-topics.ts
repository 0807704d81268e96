import { Admin, ConfigResourceTypes, findErrorBy, IncrementalAlterConfigOperationTypes } from '@platformatic/kafka';
import { PipelineError } from '../runtime/errors.ts';
import type { KafkaConnection } from './kafka-partitions.ts';

/** A topic is there already and cannot be used as it is. */
export class TopicError extends PipelineError {}

export interface TopicSettings {
  /** for ever: with another number a customer would move to another partition and lose his order */
  readonly partitions: number;
  readonly retentionHours: number;
}

/**
 * Makes the topics that are not there, and gives those that are there the settings that the pipeline rests on.
 *
 * @returns the names of those that were made
 * @throws TopicError where a topic has another number of partitions
 */
export async function ensureTopics(
  connection: KafkaConnection,
  topics: readonly string[],
  { partitions, retentionHours }: TopicSettings,
): Promise<string[]> {
  const configs = [
    // Arrival decides which policy is in force: it must be the broker's own time, and not a producer's.
    { name: 'message.timestamp.type', value: 'LogAppendTime' },
    { name: 'retention.ms', value: String(retentionHours * 3_600_000) },
    // By time alone: a size would drop records that were not read yet.
    { name: 'retention.bytes', value: '-1' },
  ];
  const admin = new Admin({ ...connection, clientId: 'credit-risk-pipeline', connectTimeout: 5_000, retries: 3 });
  const made: string[] = [];
  try {
    for (const topic of topics) {
      try {
        await admin.createTopics({ topics: [topic], partitions, configs });
        made.push(topic);
      } catch (error) {
        if (findErrorBy(error as Error, 'apiId', 'TOPIC_ALREADY_EXISTS') === null) throw error;
        await adopt(admin, topic, partitions, configs);
      }
    }
  } finally {
    await admin.close();
  }
  return made;
}

async function adopt(
  admin: Admin,
  topic: string,
  partitions: number,
  configs: ReadonlyArray<{ readonly name: string; readonly value: string }>,
): Promise<void> {
  const { topics } = await admin.metadata({ topics: [topic] });
  const found = topics.get(topic)?.partitionsCount;
  if (found !== partitions)
    throw new TopicError(
      `The topic ${topic} is there with ${found} partitions, and the setting shardsPerStream is ${partitions}: set it ` +
        `to ${found}. The number cannot change while customers have an order.`,
    );
  await admin.incrementalAlterConfigs({
    resources: [
      {
        resourceType: ConfigResourceTypes.TOPIC,
        resourceName: topic,
        configs: configs.map((config) => ({ ...config, configOperation: IncrementalAlterConfigOperationTypes.SET })),
      },
    ],
  });
}
