import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { Context, KinesisStreamEvent, MSKEvent } from 'aws-lambda';
import type { StreamRecord } from '../../core/events/types.ts';
import { DynamoAlerts } from '../../lambdas/adapters/alert-store-dynamo.ts';
import { AlertTopic } from '../../lambdas/adapters/alert-topic.ts';
import { Policies } from '../../lambdas/adapters/documents.ts';
import { DynamoCustomers } from '../../lambdas/adapters/dynamo-customers.ts';
import type { Writing } from '../../lambdas/adapters/dynamo-writes.ts';
import { createLogger } from '../../lambdas/runtime/logger.ts';
import { createMeter } from '../../lambdas/runtime/metrics.ts';
import type { ConsumerParts } from '../../lambdas/stream/consume.ts';
import type { MemoryBucket } from './memory-s3.ts';

export const ENVIRONMENT = {
  POWERTOOLS_SERVICE_NAME: 'detect-fraud',
  POWERTOOLS_METRICS_NAMESPACE: 'CreditRiskPipeline',
  POWERTOOLS_LOG_LEVEL: 'DEBUG',
  STAGE: 'test',
  CODE_VERSION: 'test',
} as const;

export const CONTEXT = { awsRequestId: 'request-1', functionName: 'test' } as Context;

/** Decides before a call of a service whether it happens; by throwing it does not. `done` is told when it has. */
export interface Fate {
  before(service: string, command: object): void;
  done(service: string): void;
}

const underFate = <T extends { send: (command: never) => Promise<unknown> }>(
  client: T,
  service: string,
  fate: Fate,
): T =>
  new Proxy(client, {
    get(target, property, receiver) {
      if (property !== 'send') return Reflect.get(target, property, receiver) as unknown;
      return async (command: never) => {
        fate.before(service, command);
        const answer = await target.send(command);
        fate.done(service);
        return answer;
      };
    },
  });

export interface Surroundings {
  readonly dynamodb: DynamoDBClient;
  readonly bucket: MemoryBucket;
  readonly customersTable: string;
  readonly alertsTable: string;
  /** of the histories @default statements */
  readonly writing?: Writing;
  /** messages that reached the topic */
  readonly published: string[];
}

const FREE: Fate = { before: () => {}, done: () => {} };

/** The parts of a stream function over a real DynamoDB, a bucket in memory and a topic that remembers. */
export function streamParts(around: Surroundings, fate: Fate = FREE): ConsumerParts {
  const logger = createLogger(ENVIRONMENT);
  const meter = createMeter(ENVIRONMENT);
  const dynamodb = underFate(around.dynamodb, 'dynamodb', fate);
  const objects = around.bucket.objects();
  const put = objects.putGzipped.bind(objects);
  objects.putGzipped = async (key, content) => {
    fate.before('s3', { key, content });
    await put(key, content);
    fate.done('s3');
  };
  const topic = {
    async send({ input }: { input: { PublishBatchRequestEntries: Array<{ Message: string }> } }) {
      around.published.push(...input.PublishBatchRequestEntries.map(({ Message }) => Message));
      return { Failed: [] };
    },
  } as unknown as SNSClient;
  return {
    logger,
    meter,
    objects,
    policies: new Policies(around.bucket.objects(), { logger, meter }),
    customers: new DynamoCustomers(dynamodb, around.customersTable, around.writing ?? 'statements'),
    alerts: new DynamoAlerts(dynamodb, around.alertsTable),
    topic: new AlertTopic(underFate(topic, 'sns', fate), 'arn:aws:sns:eu-central-1:000000000000:alerts'),
    codeVersion: ENVIRONMENT.CODE_VERSION,
    // Records of tests have arrivals of their own.
    refusedFromMs: Number.POSITIVE_INFINITY,
  };
}

/** The records as Lambda hands them to a function. */
export const kinesisEvent = (records: readonly StreamRecord[]): KinesisStreamEvent => ({
  Records: records.map(({ position, arrival, key, data }) => ({
    eventID: `${position.shard}:${position.seq}`,
    eventName: 'aws:kinesis:record',
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    invokeIdentityArn: 'arn:aws:iam::000000000000:role/test',
    awsRegion: 'eu-central-1',
    eventSourceARN: `arn:aws:kinesis:eu-central-1:000000000000:stream/${position.stream}`,
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: key,
      sequenceNumber: position.seq,
      data: data.toString('base64'),
      approximateArrivalTimestamp: arrival / 1000,
    },
  })),
});

export const CLUSTER_ARN = 'arn:aws:kafka:eu-central-1:000000000000:cluster/test/5d1b0f3c-1';

/** The same records from topics: positions must be those of partitions. */
export function kafkaEvent(records: readonly StreamRecord[]): MSKEvent {
  const lists: MSKEvent['records'] = {};
  for (const { position, arrival, key, data } of records)
    (lists[`${position.stream}-${position.shard}`] ??= []).push({
      topic: position.stream,
      partition: Number(position.shard),
      offset: Number(position.seq),
      timestamp: arrival,
      timestampType: 'LOG_APPEND_TIME',
      key: Buffer.from(key).toString('base64'),
      value: data.toString('base64'),
      headers: [],
    });
  return {
    eventSource: 'aws:kafka',
    eventSourceArn: CLUSTER_ARN,
    bootstrapServers: 'b-1.test:9098,b-2.test:9098',
    records: lists,
  };
}
