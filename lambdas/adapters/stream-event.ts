import type { KinesisStreamEvent, MSKEvent } from 'aws-lambda';
import type { Position } from '../../core/contract/position.ts';
import type { StreamName } from '../../core/contract/streams.ts';
import type { StreamRecord } from '../../core/events/types.ts';
import { decodeKafkaEvent, type KafkaItem, kafkaItem } from './kafka.ts';
import { decodeKinesisEvent } from './kinesis.ts';

/** What a source mapping calls a function with: a batch of one Kinesis shard, or of some partitions of one topic. */
export type StreamEvent = KinesisStreamEvent | MSKEvent;

/** A function's answer: from where on the batch must be handed over again. Nothing named means that all is done. */
export interface BatchAnswer {
  readonly batchItemFailures: ReadonlyArray<{ readonly itemIdentifier: string | KafkaItem }>;
}

export interface Delivery {
  /** of each shard or partition its records, ascending by position; never empty ones */
  readonly shards: readonly StreamRecord[][];
  /** @param failed of a shard the first position that is not done; no more than one of each */
  answer(failed: readonly Position[]): BatchAnswer;
}

/** @param streamOf which stream the ARN of a stream or topic is; it throws for one that the function does not serve */
export function openEvent(event: StreamEvent, streamOf: (arn: string) => StreamName): Delivery {
  return 'records' in event
    ? { shards: byShard(decodeKafkaEvent(event, streamOf)), answer: kafkaAnswer }
    : { shards: byShard(decodeKinesisEvent(event, streamOf)), answer: kinesisAnswer };
}

/** A mapping of Kinesis goes back to the lowest number that is named, so only that one need be. */
function kinesisAnswer(failed: readonly Position[]): BatchAnswer {
  const [lowest] = failed.map(({ seq }) => seq).sort();
  return { batchItemFailures: lowest === undefined ? [] : [{ itemIdentifier: lowest }] };
}

/** Offsets of partitions have nothing to do with each other: each partition is gone back to by itself. */
const kafkaAnswer = (failed: readonly Position[]): BatchAnswer => ({
  batchItemFailures: failed.map((position) => ({ itemIdentifier: kafkaItem(position) })),
});

export function byShard<T extends { readonly position: Position }>(records: readonly T[]): T[][] {
  const shards = new Map<string, T[]>();
  for (const record of records) {
    const key = `${record.position.stream}/${record.position.shard}`;
    const shard = shards.get(key);
    if (shard) shard.push(record);
    else shards.set(key, [record]);
  }
  return [...shards.values()];
}
