import { Duration } from 'aws-cdk-lib/core';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption, type IBucket, StorageClass } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import {
  LOG_PREFIX,
  PLANS_PREFIX,
  POLICIES_PREFIX,
  RECEIPTS_PREFIX,
  UNDECIDED_PREFIX,
} from '../../core/contract/storage.ts';

import { grantKeyToRead, grantKeyToWrite } from './stage-key.ts';

/** What lies in the bucket; each kind has its own prefix and its own readers and writers. */
export type Content =
  | typeof LOG_PREFIX
  | typeof RECEIPTS_PREFIX
  | typeof POLICIES_PREFIX
  | typeof PLANS_PREFIX
  | typeof UNDECIDED_PREFIX;

export interface LogBucketProps {
  /** @default S3's own */
  readonly key?: IKey | undefined;
  /** where S3 writes who asked for what @default nowhere */
  readonly accessLogs?: IBucket | undefined;
}

/**
 * The bucket of the log, the receipts, the published documents and the batch's plans. The log and the receipts are
 * the record of what was received and decided: they are never expired here.
 */
export class LogBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { key, accessLogs }: LogBucketProps = {}) {
    super(scope, id);
    const coldAfterMonths = (prefix: string) => ({
      id: `${prefix}-cold`,
      prefix: `${prefix}/`,
      // Instant retrieval, because a replay reads all of it without a request days ahead.
      transitions: [{ storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(90) }],
    });
    this.bucket = new Bucket(this, 'Bucket', {
      ...(key === undefined ? {} : { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }),
      ...(accessLogs === undefined ? {} : { serverAccessLogsBucket: accessLogs, serverAccessLogsPrefix: 'log/' }),
      lifecycleRules: [
        coldAfterMonths(LOG_PREFIX),
        coldAfterMonths(RECEIPTS_PREFIX),
        { id: 'plans-expire', prefix: `${PLANS_PREFIX}/`, expiration: Duration.days(30) },
        {
          id: 'leftovers-expire',
          noncurrentVersionExpiration: Duration.days(90),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
  }

  /** To write new objects of this kind; neither to read nor to delete any. */
  grantWrite(grantee: IGrantable, content: Content): Grant {
    grantKeyToWrite(this.bucket.encryptionKey, grantee);
    return Grant.addToPrincipal({
      grantee,
      actions: ['s3:PutObject'],
      resourceArns: [this.bucket.arnForObjects(`${content}/*`)],
    });
  }

  /** To list and read the objects of these kinds. */
  grantRead(grantee: IGrantable, ...contents: Content[]): Grant {
    grantKeyToRead(this.bucket.encryptionKey, grantee);
    return Grant.addToPrincipal({
      grantee,
      actions: ['s3:GetObject'],
      resourceArns: contents.map((content) => this.bucket.arnForObjects(`${content}/*`)),
    }).combine(
      Grant.addToPrincipal({
        grantee,
        actions: ['s3:ListBucket'],
        resourceArns: [this.bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': contents.map((content) => `${content}/*`) } },
      }),
    );
  }
}
