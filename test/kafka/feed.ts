/**
 * A worker: reads what a stream holds, and calls the functions' own handlers with it in batches, in the shape in which
 * Lambda would. Its environment is the functions'.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { GetRecordsCommand, GetShardIteratorCommand, ListShardsCommand } from '@aws-sdk/client-kinesis';
import { ACTIVITY, APPLICATIONS, STREAM_NAMES, type StreamName } from '../../core/contract/streams.ts';
import { canonicalSeq } from '../../core/contract/position.ts';
import type { StreamRecord } from '../../core/events/types.ts';
import { type KafkaConnection, KafkaPartitions } from '../../lambdas/adapters/kafka-partitions.ts';
import type { BatchAnswer, StreamEvent } from '../../lambdas/adapters/stream-event.ts';
import { createKinesis } from '../../lambdas/runtime/clients.ts';
import { CONTEXT, kafkaEvent, kinesisEvent } from '../support/stream-parts.ts';

/** What a worker follows. */
export interface Following {
  /** where the brokers are; null: the records are on Kinesis */
  readonly connection: KafkaConnection | null;
  /** positions that were followed before, by stream and partition of Kafka; the records behind them are new */
  readonly after?: Readonly<Record<string, string>>;
  /** whether only the log is written, as if those who decide were away */
  readonly logOnly?: boolean;
}

const { connection, after = {}, logOnly = false } = workerData as Following;
/** records of one shard that a function is called with, as the stages have it */
const DECIDE = 1_000;
const ARCHIVE = 10_000;

type Handler = (event: StreamEvent, context: typeof CONTEXT) => Promise<BatchAnswer>;
const handlerOf = async (name: string): Promise<Handler> =>
  ((await import(`../../lambdas/${name}/handler.ts`)) as { handler: Handler }).handler;

const archive = await handlerOf('archive-log');
const deciding: Record<StreamName, Handler> = {
  [APPLICATIONS]: await handlerOf('detect-fraud'),
  [ACTIVITY]: await handlerOf('track-activity'),
};

let calls = 0;
for (const stream of STREAM_NAMES) {
  const shards = connection === null ? await fromKinesis(stream) : await fromKafka(connection, stream);
  await feed(archive, shards, ARCHIVE);
  if (!logOnly) await feed(deciding[stream], shards, DECIDE);
}
const port = parentPort;
if (port === null) throw new Error('this file runs as a worker thread');
const tell = (message: number): void => port.postMessage(message);
tell(calls);

/** A mapping of Kinesis hands over one shard at a time; one of Kafka what it has of all partitions. */
async function feed(handler: Handler, shards: readonly StreamRecord[][], size: number): Promise<void> {
  const groups = connection === null ? shards.map((shard) => [shard]) : [shards];
  const per = connection === null ? size : Math.floor(size / shards.length);
  const toEvent = connection === null ? kinesisEvent : kafkaEvent;
  for (const group of groups)
    for (let from = 0; group.some((shard) => from < shard.length); from += per) {
      const batch = group.flatMap((shard) => shard.slice(from, from + per));
      // As it comes over the wire: JSON, and nothing of ours.
      const event = JSON.parse(JSON.stringify(toEvent(batch))) as StreamEvent;
      const { batchItemFailures } = await handler(event, CONTEXT);
      if (batchItemFailures.length > 0)
        throw new Error(`a batch was not done: ${JSON.stringify(batchItemFailures)}; the functions' log says why`);
      calls += 1;
    }
}

function behind(topic: string, shard: number): bigint | null {
  const seq = after[`${topic}/${shard}`];
  return seq === undefined ? null : BigInt(seq);
}

async function fromKafka(to: KafkaConnection, topic: StreamName): Promise<StreamRecord[][]> {
  const partitions = new KafkaPartitions(to);
  const shards: StreamRecord[][] = [];
  for (let shard = 0; shard < (await partitions.partitions(topic)); shard++) {
    const records: StreamRecord[] = [];
    for await (const page of partitions.read(topic, shard, behind(topic, shard)))
      for (const { offset, timestamp, timestampType, key, value } of page) {
        if (timestampType !== 'LOG_APPEND_TIME') throw new Error(`${topic} keeps the producer's time`);
        records.push({
          position: { stream: topic, shard: String(shard), seq: canonicalSeq(String(offset)) },
          arrival: timestamp,
          key: key?.toString() ?? '',
          data: value ?? Buffer.alloc(0),
        });
      }
    shards.push(records);
  }
  return shards;
}

async function fromKinesis(StreamName: StreamName): Promise<StreamRecord[][]> {
  const kinesis = createKinesis();
  const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName }));
  const shards: StreamRecord[][] = [];
  for (const { ShardId } of Shards) {
    const records: StreamRecord[] = [];
    const start = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
    let { ShardIterator } = await kinesis.send(new GetShardIteratorCommand(start));
    for (;;) {
      const page = await kinesis.send(new GetRecordsCommand({ ShardIterator, Limit: 10_000 }));
      if (!page.Records?.length) break;
      for (const { SequenceNumber, ApproximateArrivalTimestamp, PartitionKey, Data } of page.Records)
        records.push({
          position: { stream: StreamName, shard: ShardId!, seq: SequenceNumber! },
          arrival: ApproximateArrivalTimestamp!.getTime(),
          key: PartitionKey!,
          data: Buffer.from(Data!),
        });
      ShardIterator = page.NextShardIterator;
    }
    shards.push(records);
  }
  kinesis.destroy();
  return shards;
}
