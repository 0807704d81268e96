import path from 'node:path';
import { bucket, type Fixture, mapping, stream, task, workflow, writeAssembly } from './assembly.ts';

/**
 * A small app with a part of each kind. `Count` adds each record's text to the table, `Plan` and `Each` make the
 * workflow. The functions speak to the endpoints with nothing but fetch, so that their bundles stay small.
 */
const COUNT = `
const call = async (target, body) => {
  const answer = await fetch(process.env.AWS_ENDPOINT_URL_DYNAMODB, { method: 'POST', body: JSON.stringify(body),
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.' + target,
      'x-amz-date': '20260101T000000Z', authorization: 'AWS4-HMAC-SHA256 Credential=local/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0' } });
  if (!answer.ok) throw new Error(target + ': ' + await answer.text());
  return answer.json();
};
export const handler = async ({ Records }) => {
  for (const { kinesis } of Records) {
    const id = Buffer.from(kinesis.data, 'base64').toString();
    await call('PutItem', { TableName: process.env.TABLE, Item: { id: { S: id }, key: { S: kinesis.partitionKey } } });
  }
  return { batchItemFailures: [] };
};`;
const PLAN = `export const handler = async (event) => ({ items: [1, 2, 3], event })`;
const EACH = `export const handler = async (n) => n * 10`;

export const smallApp = (): Fixture => ({
  resources: {
    Stream: stream(2),
    LogBucket: bucket(),
    Failures: bucket(),
    Topic: { Type: 'AWS::SNS::Topic' },
    Table: {
      Type: 'AWS::DynamoDB::GlobalTable',
      Properties: {
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [
          { AttributeName: 'id', AttributeType: 'S' },
          { AttributeName: 'key', AttributeType: 'S' },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'by_key',
            KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      },
    },
    Mapping: mapping('Stream', 'Count', {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Failures', 'Arn'] } } },
    }),
    ...workflow(
      {
        StartAt: 'Plan',
        States: {
          Plan: task('Plan', { Next: 'All' }),
          All: {
            Type: 'Map',
            ItemsPath: '$.items',
            ItemProcessor: {
              ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
              StartAt: 'Each',
              States: { Each: task('Each', { End: true }) },
            },
            End: true,
          },
        },
      },
      ['Plan', 'Each'],
    ),
  },
  functions: {
    Count: { code: COUNT, environment: { TABLE: { Ref: 'Table' }, PGDATABASE: 'risk', PGUSER: 'pipeline' } },
    Plan: { code: PLAN },
    Each: { code: EACH },
    Migrate: { code: `export const handler = async () => { console.log('migrated for', process.env.PGUSER) }` },
  },
  outputs: {
    LogBucketName: { Ref: 'LogBucket' },
    StreamName: { Ref: 'Stream' },
    TableName: { Ref: 'Table' },
    MigrateDatabaseFunctionName: { Ref: 'Migrate' },
  },
});

export const writeSmallApp = (root: string): string => writeAssembly(path.join(root, 'assembly'), smallApp());
