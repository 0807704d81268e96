import { Duration } from 'aws-cdk-lib/core';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { DlqDestinationConfig, IEventSourceDlq, IEventSourceMapping, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { LogBucketProps } from './log-bucket.ts';
import { grantKeyToWrite } from './stage-key.ts';

/** Lambda writes what it gave up below this prefix, always. */
const FAILURE_PREFIX = 'aws/lambda';

/** Where the batches go that a consumer gave up, whole: SQS and SNS would get their metadata only. */
export class FailureBucket extends Construct implements IEventSourceDlq {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { key, accessLogs }: LogBucketProps = {}) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      ...(key === undefined ? {} : { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }),
      ...(accessLogs === undefined ? {} : { serverAccessLogsBucket: accessLogs, serverAccessLogsPrefix: 'failures/' }),
      lifecycleRules: [
        {
          id: 'failures-expire',
          expiration: Duration.days(365),
          noncurrentVersionExpiration: Duration.days(90),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
  }

  /** As the failure destination of an event source. Grants less than CDK's own, which may read and delete all. */
  bind(_mapping: IEventSourceMapping, consumer: IFunction): DlqDestinationConfig {
    this.grantWrite(consumer);
    return { destination: this.bucket.bucketArn };
  }

  private grantWrite(grantee: IGrantable): void {
    grantKeyToWrite(this.bucket.encryptionKey, grantee);
    Grant.addToPrincipal({
      grantee,
      actions: ['s3:PutObject'],
      resourceArns: [this.bucket.arnForObjects(`${FAILURE_PREFIX}/*`)],
    });
    Grant.addToPrincipal({ grantee, actions: ['s3:ListBucket'], resourceArns: [this.bucket.bucketArn] });
  }
}
