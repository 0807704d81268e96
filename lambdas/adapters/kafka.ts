import type { MSKEvent, MSKRecord } from 'aws-lambda';
import { partitionKey } from '../../core/contract/partition-key.ts';
import { canonicalSeq, type Position } from '../../core/contract/position.ts';
import type { StreamName } from '../../core/contract/streams.ts';
import type { StreamRecord } from '../../core/events/types.ts';
import { PipelineError } from '../runtime/errors.ts';

/** A record as Lambda hands it over. Its types leave out that key and value may be null: null ends a key's life in Kafka. */
type Handed = Omit<MSKRecord, 'key' | 'value'> & { readonly key?: unknown; readonly value?: unknown };

/** An event of the source mapping is not what it must be; the message says what to set. */
export class KafkaEventError extends PipelineError {}

/** What names a topic everywhere in AWS: as the event has it, the cluster's ARN and the topic's name. */
export const topicArn = (clusterArn: string, topic: string): string =>
  `${clusterArn.replace(/:cluster\//, ':topic/')}/${topic}`;

/**
 * The records of an event of MSK, of each partition in the order of their positions. A record without a value has no
 * bytes, which is malformed like other bytes that are not JSON; one without a key gets the key that a producer of ours
 * would have given it.
 *
 * @param streamOf which stream a topic's ARN is; it throws for one that the function does not serve
 * @throws KafkaEventError where a record has no position, or no arrival of the broker's own
 */
export function decodeKafkaEvent(event: MSKEvent, streamOf: (arn: string) => StreamName): StreamRecord[] {
  const streams = new Map<string, StreamName>();
  const streamOfTopic = (topic: string): StreamName => {
    const known = streams.get(topic);
    if (known !== undefined) return known;
    const stream = streamOf(topicArn(event.eventSourceArn, topic));
    if (topic !== stream) throw new KafkaEventError(`The topic ${topic} is not ${stream}, which the function serves.`);
    streams.set(topic, stream);
    return stream;
  };
  return Object.values(event.records)
    .flat()
    .map((record) => decode(record, streamOfTopic(record.topic)))
    .sort((a, b) => (a.position.seq < b.position.seq ? -1 : a.position.seq > b.position.seq ? 1 : 0));
}

function decode(record: Handed, stream: StreamName): StreamRecord {
  const { partition, offset } = record;
  if (!isCount(partition) || !isCount(offset))
    throw new KafkaEventError(`A record of the topic ${stream} comes without a partition or an offset.`);
  const data = bytes(record, 'value') ?? Buffer.alloc(0);
  return {
    position: { stream, shard: String(partition), seq: canonicalSeq(String(offset)) },
    arrival: arrivalOf(record),
    key: bytes(record, 'key')?.toString('utf8') ?? partitionKey(data),
    data,
  };
}

/** The producer's own clock decides nothing: a topic that keeps its time instead of the broker's is not read. */
function arrivalOf({ topic, partition, offset, timestamp, timestampType }: Handed): number {
  if (timestampType !== 'LOG_APPEND_TIME' || !isCount(timestamp))
    throw new KafkaEventError(
      `The record ${topic}/${partition}/${offset} has no time of the broker's own: set message.timestamp.type of the ` +
        'topic to LogAppendTime. What came before is given up at its maximum age and can be redriven then.',
    );
  return timestamp;
}

function bytes(record: Handed, field: 'key' | 'value'): Buffer | null {
  const text = record[field];
  if (text === null || text === undefined) return null;
  if (typeof text === 'string') return Buffer.from(text, 'base64');
  throw new KafkaEventError(
    `The ${field} of ${record.topic}/${record.partition}/${record.offset} is not text: the event source mapping must ` +
      'hand records over as they are, without a schema registry.',
  );
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Which partition to hand over again, from which offset on. */
export interface KafkaItem {
  readonly partition: string;
  readonly offset: number;
}

/** The topic is the stream's name, see DOMAIN: so the position alone says what Lambda wants to hear. */
export const kafkaItem = ({ stream, shard, seq }: Position): KafkaItem => ({
  partition: `${stream}-${shard}`,
  offset: Number(seq),
});
