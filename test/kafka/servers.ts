import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateStreamCommand } from '@aws-sdk/client-kinesis';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { POLICIES_PREFIX } from '../../core/contract/storage.ts';
import { STREAM_NAMES } from '../../core/contract/streams.ts';
import { ensureTopics } from '../../lambdas/adapters/kafka-topics.ts';
import { S3Objects } from '../../lambdas/adapters/s3-objects.ts';
import { startKinesis } from '../../local/servers/kinesis.ts';
import { startS3 } from '../../local/servers/s3.ts';
import { type Clients, createClients, CREDENTIALS } from '../../local/stack/clients.ts';
import { startDynamoDB } from '../support/dynamodb.ts';
import { type Broker, startBroker } from '../support/kafka/broker.ts';
import { CLUSTER_ARN } from '../support/stream-parts.ts';

export const KINDS = ['kinesis', 'kafka'] as const;
/** What carried the records. Each has a bucket and tables of its own, so that nothing can be mixed up. */
export type Kind = (typeof KINDS)[number];

const REGION = 'eu-central-1';
const SHARDS = 2;
const POLICY = join(import.meta.dirname, '../../policies/default.json');

export interface Servers {
  readonly broker: Broker;
  readonly clients: Clients;
  /** the environment of the functions that follow one kind of stream, complete */
  readonly environment: (kind: Kind) => Record<string, string>;
  readonly objects: (kind: Kind) => S3Objects;
}

/** @param closing what must be stopped when all is over, in the order in which it was started */
export async function startServers(
  directory: string,
  secure: boolean,
  closing: (() => Promise<void>)[],
): Promise<Servers> {
  const place = (name: string) => {
    mkdirSync(join(directory, name), { recursive: true });
    return { directory: join(directory, name), logFile: join(directory, `${name}.log`) };
  };
  const started = <T extends { stop(): Promise<void> }>(server: T): T => {
    closing.push(() => server.stop());
    return server;
  };
  const dynamodb = started(await startDynamoDB());
  const kinesis = started(await startKinesis(place('kinesis'), REGION));
  const s3 = started(await startS3(place('s3'), REGION));
  const at = (port: number): string => `http://127.0.0.1:${port}`;
  const endpoints = { kinesis: at(kinesis.port), dynamodb: dynamodb.endpoint, s3: at(s3.port), sns: at(s3.port) };
  const clients = createClients({ ...endpoints, region: REGION });
  const broker = started(await startBroker(place('kafka').directory, { secure }));

  await ensureTopics(broker.connection, STREAM_NAMES, { partitions: SHARDS, retentionHours: 72 });
  for (const StreamName of STREAM_NAMES)
    await clients.kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: SHARDS }));
  const objects = (kind: Kind) => new S3Objects(clients.s3, bucketOf(kind));
  for (const kind of KINDS) {
    await clients.s3.send(new CreateBucketCommand({ Bucket: bucketOf(kind) }));
    const Key = `${POLICIES_PREFIX}/20000101T000000Z-default.json`;
    await clients.s3.send(new PutObjectCommand({ Bucket: bucketOf(kind), Key, Body: readFileSync(POLICY) }));
    await dynamodb.createCustomersTable(`${kind}-customers`);
    await dynamodb.createAlertsTable(`${kind}-alerts`);
    await clients.sns.send(new CreateTopicCommand({ Name: `${kind}-alerts` }));
  }
  const environment = (kind: Kind): Record<string, string> => ({
    ...Object.fromEntries(
      Object.entries(endpoints).map(([service, address]) => [`AWS_ENDPOINT_URL_${service.toUpperCase()}`, address]),
    ),
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    POWERTOOLS_SERVICE_NAME: kind,
    POWERTOOLS_METRICS_NAMESPACE: 'CreditRiskPipeline',
    POWERTOOLS_LOG_LEVEL: 'WARN',
    STAGE: 'test',
    CODE_VERSION: 'test',
    LOG_BUCKET: bucketOf(kind),
    CUSTOMERS_TABLE: `${kind}-customers`,
    HISTORY_WRITES: 'statements',
    MAX_RECORD_AGE_HOURS: '12',
    GIVE_UP_MARGIN_MINUTES: '60',
    ALERT_STORE: 'dynamodb',
    ALERTS_TABLE: `${kind}-alerts`,
    ALERT_TOPIC_ARN: `arn:aws:sns:${REGION}:000000000000:${kind}-alerts`,
    APPLICATIONS_STREAM_ARN: arnOf(kind, 'credit_applications'),
    ACTIVITY_STREAM_ARN: arnOf(kind, 'account_activity'),
  });
  return { broker, clients, environment, objects };
}

const bucketOf = (kind: Kind): string => `${kind}-log`;
const arnOf = (kind: Kind, name: string): string =>
  kind === 'kinesis'
    ? `arn:aws:kinesis:${REGION}:000000000000:stream/${name}`
    : `${CLUSTER_ARN.replace(':cluster/', ':topic/')}/${name}`;
