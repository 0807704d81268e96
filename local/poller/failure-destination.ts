import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import type { ShardRecord } from './event.ts';
import { kinesisEvent } from './event.ts';
import type { Mapping } from './mapping.ts';

export interface GivenUp {
  readonly records: readonly ShardRecord[];
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  readonly invocations: number;
  readonly functionArn: string;
  /** of the last invocation, if there was one */
  readonly requestId: string;
  readonly functionError: boolean;
}

/**
 * Writes what a mapping gave up to its failure bucket, as Lambda does: an object with the whole event, under
 * `aws/lambda/<mapping>/<shard>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<uuid>`.
 */
export async function writeFailure(s3: S3Client, mapping: Mapping, shard: string, given: GivenUp): Promise<void> {
  if (mapping.failureBucket === undefined) return;
  const now = new Date().toISOString();
  const [day = '', time = ''] = now.slice(0, 19).split('T');
  const first = given.records[0] as ShardRecord;
  const last = given.records.at(-1) as ShardRecord;
  const body = {
    requestContext: {
      requestId: given.requestId,
      functionArn: given.functionArn,
      condition: given.condition,
      approximateInvokeCount: given.invocations,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: '$LATEST',
      functionError: given.functionError ? 'Unhandled' : null,
    },
    version: '1.0',
    timestamp: now,
    KinesisBatchInfo: {
      shardId: shard,
      startSequenceNumber: first.seq,
      endSequenceNumber: last.seq,
      approximateArrivalOfFirstRecord: new Date(first.arrival).toISOString(),
      approximateArrivalOfLastRecord: new Date(last.arrival).toISOString(),
      batchSize: given.records.length,
      streamArn: mapping.streamArn,
    },
    payload: kinesisEvent(given.records, shard, mapping),
  };
  const name = `${day}T${time.replaceAll(':', '.')}-${randomUUID()}`;
  await s3.send(
    new PutObjectCommand({
      Bucket: mapping.failureBucket,
      Key: `aws/lambda/${mapping.id}/${shard}/${day.replaceAll('-', '/')}/${name}`,
      Body: JSON.stringify(body),
      ContentType: 'application/json',
    }),
  );
}
