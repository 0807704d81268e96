import { Duration } from 'aws-cdk-lib/core';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { LAKE_PREFIX } from '../../core/contract/lake.ts';
import type { LogBucketProps } from './log-bucket.ts';
import { grantKeyToWrite } from './stage-key.ts';

/**
 * Curated Parquet, one object a table and day, for engines outside. A bucket of its own: who may read the lake may read
 * all of it, and nothing of the log. All of it can be made again from the warehouse.
 */
export class LakeBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { key, accessLogs }: LogBucketProps = {}) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      ...(key === undefined ? {} : { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }),
      ...(accessLogs === undefined ? {} : { serverAccessLogsBucket: accessLogs, serverAccessLogsPrefix: 'lake/' }),
      lifecycleRules: [
        {
          // Each export of a day leaves its former version: who withdraws consent must not lie there for long, and the
          // warehouse can tell any day again.
          id: 'former-versions-expire',
          noncurrentVersionExpiration: Duration.days(1),
          expiredObjectDeleteMarker: true,
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
  }

  /** To write days, in parts if they are large, and to take away those without rows; to read none. */
  grantExport(grantee: IGrantable): Grant {
    grantKeyToWrite(this.bucket.encryptionKey, grantee);
    return Grant.addToPrincipal({
      grantee,
      actions: ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
      resourceArns: [this.bucket.arnForObjects(`${LAKE_PREFIX}/*`)],
    });
  }
}
