import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  ResourceInUseException as TableExists,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  ResourceInUseException as StreamExists,
} from '@aws-sdk/client-kinesis';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudModel, StreamModel, TableModel } from '../assembly/model.ts';
import { LocalError } from '../errors.ts';
import type { Clients } from './clients.ts';

/** Creates what the templates declare and is not there yet. A second run on the same directory changes nothing. */
export async function provision(model: CloudModel, clients: Clients): Promise<void> {
  await Promise.all([
    ...model.streams.map((stream) => createStream(stream, clients)),
    ...model.tables.map((table) => createTable(table, clients)),
    ...model.buckets.map((bucket) => createBucket(bucket, clients)),
    ...model.topics.map((topic) => clients.sns.send(new CreateTopicCommand({ Name: topic }))),
  ]);
}

/** A stream that is there keeps its shards: it may have been split since. */
export async function createStream(
  { name, shards }: Omit<StreamModel, 'arn'>,
  { kinesis }: Pick<Clients, 'kinesis'>,
): Promise<void> {
  try {
    await kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
  } catch (error) {
    if (!(error instanceof StreamExists)) throw error;
  }
  for (;;) {
    const answer = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: name }));
    if (answer.StreamDescriptionSummary?.StreamStatus === 'ACTIVE') return;
    await sleep(5);
  }
}

async function createTable({ name, properties }: TableModel, { dynamodb }: Clients): Promise<void> {
  const { TimeToLiveSpecification: ttl, ...rest } = properties as Record<string, unknown> & {
    TimeToLiveSpecification?: { AttributeName: string; Enabled: boolean };
  };
  const input = { ...rest, TableName: name, BillingMode: 'PAY_PER_REQUEST' } as CreateTableCommandInput;
  try {
    await dynamodb.send(new CreateTableCommand(input));
  } catch (error) {
    if (!(error instanceof TableExists)) throw error;
    await refuseOtherKeys(name, input, dynamodb);
    return;
  }
  if (ttl !== undefined)
    await dynamodb.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification: ttl }));
}

const shape = (of: Pick<CreateTableCommandInput, 'KeySchema' | 'GlobalSecondaryIndexes'> | undefined): string =>
  JSON.stringify([
    of?.KeySchema?.map(({ AttributeName, KeyType }) => [AttributeName, KeyType]).sort(),
    (of?.GlobalSecondaryIndexes ?? [])
      .map((index) => [index.IndexName, index.KeySchema?.map((key) => [key.AttributeName, key.KeyType])])
      .sort(),
  ]);

/** A kept table with other keys would fail later, in a function, as something else. */
async function refuseOtherKeys(
  name: string,
  wanted: CreateTableCommandInput,
  dynamodb: Clients['dynamodb'],
): Promise<void> {
  const { Table: table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
  if (shape(table as CreateTableCommandInput) !== shape(wanted))
    throw new LocalError(
      `the table ${name} in this data directory has other keys or indexes than the app now declares`,
      'start with --fresh to replace the run, or name another directory with --data',
    );
}

async function createBucket(bucket: string, { s3 }: Clients): Promise<void> {
  try {
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (!['BucketAlreadyOwnedByYou', 'BucketAlreadyExists'].includes((error as Error).name)) throw error;
  }
}
