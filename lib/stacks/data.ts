import { Duration, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Settings } from '../config/settings.ts';
import { DynamoAlertStore, type IAlertStore } from '../constructs/alert-store.ts';
import { AlertTopic } from '../constructs/alert-topic.ts';
import { CustomersTable } from '../constructs/customers-table.ts';
import { EventStream } from '../constructs/event-stream.ts';
import { FailureBucket } from '../constructs/failure-bucket.ts';
import { LogBucket } from '../constructs/log-bucket.ts';
import { addOutputs } from './outputs.ts';

export interface DataStackProps extends StackProps {
  readonly settings: Settings;
}

/** All that holds state: a change of code elsewhere cannot replace it. */
export class DataStack extends Stack {
  readonly applications: EventStream;
  readonly activity: EventStream;
  readonly log: LogBucket;
  readonly failures: FailureBucket;
  readonly customers: CustomersTable;
  readonly alerts: IAlertStore;
  readonly alertTopic: AlertTopic;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const { settings } = props;
    const stream = { shards: settings.shardsPerStream, retention: Duration.hours(settings.streamRetentionHours) };
    this.applications = new EventStream(this, 'Applications', stream);
    this.activity = new EventStream(this, 'Activity', stream);
    this.log = new LogBucket(this, 'Log');
    this.failures = new FailureBucket(this, 'Failures');
    this.customers = new CustomersTable(this, 'Customers');
    this.alerts = new DynamoAlertStore(this, 'Alerts');
    this.alertTopic = new AlertTopic(this, 'AlertTopic');

    addOutputs(this, {
      ApplicationsStreamName: this.applications.stream.streamName,
      ActivityStreamName: this.activity.stream.streamName,
      LogBucketName: this.log.bucket.bucketName,
      FailureBucketName: this.failures.bucket.bucketName,
      CustomersTableName: this.customers.table.tableName,
      AlertsTableName: this.alerts.tableName,
      AlertTopicArn: this.alertTopic.topic.topicArn,
    });
  }
}
