import { Duration, Stack, type StackProps } from 'aws-cdk-lib/core';
import { Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { ACTIVITY, APPLICATIONS, type StreamName } from '../../core/contract/streams.ts';
import type { Settings } from '../config/settings.ts';
import { DynamoAlertStore, type IAlertStore } from '../constructs/alert-store.ts';
import { AlertTopic } from '../constructs/alert-topic.ts';
import { CustomersTable } from '../constructs/customers-table.ts';
import { DocumentAlertStore } from '../constructs/document-alert-store.ts';
import { type IEventStream, KinesisEventStream } from '../constructs/event-stream.ts';
import { KafkaCluster } from '../constructs/kafka-cluster.ts';
import { KafkaEventStream } from '../constructs/kafka-event-stream.ts';
import { FailureBucket } from '../constructs/failure-bucket.ts';
import { LakeBucket } from '../constructs/lake-bucket.ts';
import { LogBucket } from '../constructs/log-bucket.ts';
import type { PrivateNetwork } from '../constructs/private-network.ts';
import { HostWarehouse, type IWarehouse, RdsWarehouse } from '../constructs/warehouse.ts';
import { addOutputs } from './outputs.ts';

export interface DataStackProps extends StackProps {
  readonly settings: Settings;
  /** undefined where AWS's own keys do */
  readonly key: IKey | undefined;
  /** undefined where nothing of the stage lives in one */
  readonly network: PrivateNetwork | undefined;
}

/** All that holds state: a change of code elsewhere cannot replace it. */
export class DataStack extends Stack {
  readonly applications: IEventStream;
  readonly activity: IEventStream;
  /** where Kafka carries the streams */
  readonly kafka: KafkaCluster | undefined;
  readonly log: LogBucket;
  readonly failures: FailureBucket;
  readonly lake: LakeBucket;
  readonly customers: CustomersTable;
  readonly alerts: IAlertStore;
  readonly alertTopic: AlertTopic;
  readonly warehouse: IWarehouse;
  readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const { settings, network } = props;
    this.key = props.key;
    const encrypted = this.key === undefined ? {} : { key: this.key };
    const accessLogs = settings.stage === 'local' ? undefined : this.accessLogs();
    this.kafka =
      settings.stream === 'kinesis'
        ? undefined
        : new KafkaCluster(this, 'Kafka', { settings, network: needed(network), ...encrypted });
    const stream = (name: string, topic: StreamName): IEventStream =>
      this.kafka === undefined
        ? new KinesisEventStream(this, name, { settings, ...encrypted })
        : new KafkaEventStream(this, name, { settings, cluster: this.kafka, topic });
    this.applications = stream('Applications', APPLICATIONS);
    this.activity = stream('Activity', ACTIVITY);
    this.log = new LogBucket(this, 'Log', { key: this.key, accessLogs });
    this.failures = new FailureBucket(this, 'Failures', { key: this.key, accessLogs });
    this.lake = new LakeBucket(this, 'Lake', { key: this.key, accessLogs });
    this.customers = new CustomersTable(this, 'Customers', settings.historyWrites, this.key);
    this.alertTopic = new AlertTopic(this, 'AlertTopic', this.key);
    this.alerts =
      settings.alertStore === 'documentdb'
        ? new DocumentAlertStore(this, 'AlertCluster', { settings, network: needed(network), ...encrypted })
        : new DynamoAlertStore(this, 'Alerts', this.key);
    this.warehouse =
      settings.warehouse === 'rds'
        ? new RdsWarehouse(this, 'Warehouse', { settings, network: needed(network), ...encrypted })
        : new HostWarehouse(settings);

    addOutputs(this, {
      StreamKind: this.kafka === undefined ? 'kinesis' : 'msk',
      ApplicationsStreamName: this.applications.streamName,
      ActivityStreamName: this.activity.streamName,
      LogBucketName: this.log.bucket.bucketName,
      FailureBucketName: this.failures.bucket.bucketName,
      LakeBucketName: this.lake.bucket.bucketName,
      CustomersTableName: this.customers.table.tableName,
      AlertsTableName: this.alerts.tableName,
      AlertTopicArn: this.alertTopic.topic.topicArn,
    });
  }

  /** Who asked the other buckets for what. Its own logs would be about itself for ever. */
  private accessLogs(): IBucket {
    const bucket = new Bucket(this, 'AccessLogs', {
      // The service that delivers these logs cannot use a key of ours.
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ id: 'access-logs-expire', expiration: Duration.days(365) }],
    });
    return bucket as IBucket;
  }
}

function needed(network: PrivateNetwork | undefined): PrivateNetwork {
  if (network === undefined) throw new Error('a database or cluster of the stage needs its network');
  return network;
}
