import { Duration, Stack, type StackProps } from 'aws-cdk-lib/core';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IConstruct } from 'constructs';
import { LOG_PREFIX, POLICIES_PREFIX, RECEIPTS_PREFIX } from '../../core/contract/storage.ts';
import { reachEnvironment } from '../config/reach.ts';
import type { Settings } from '../config/settings.ts';
import { prepareAlertUsers } from '../constructs/alert-users.ts';
import type { Feeding } from '../constructs/alarms/stream-alarms.ts';
import { DeploymentStep } from '../constructs/deployment-step.ts';
import { DocumentAlertStore } from '../constructs/document-alert-store.ts';
import type { KafkaCluster } from '../constructs/kafka-cluster.ts';
import { KafkaEventStream } from '../constructs/kafka-event-stream.ts';
import { PipelineFunction } from '../constructs/pipeline-function.ts';
import type { PrivateNetwork } from '../constructs/private-network.ts';
import type { DataStack } from './data.ts';
import { addOutputs } from './outputs.ts';

export interface StreamingStackProps extends StackProps {
  readonly settings: Settings;
  readonly codeVersion: string;
  readonly data: DataStack;
  readonly network: PrivateNetwork | undefined;
}

/** What follows the streams: every record into the log, every application and activity to its decision. */
export class StreamingStack extends Stack {
  readonly functions: readonly PipelineFunction[];
  readonly feedings: readonly Feeding[];

  constructor(scope: Construct, id: string, props: StreamingStackProps) {
    super(scope, id, props);
    const { settings, codeVersion, data } = props;
    const feeding = {
      failures: data.failures,
      maxRecordAge: Duration.hours(settings.maxRecordAgeHours),
      retryAttempts: settings.retryAttempts,
    };

    const archiveLog = new PipelineFunction(this, 'ArchiveLog', {
      name: 'archive-log',
      description: 'Writes every record of both streams to the log, card numbers masked',
      settings,
      codeVersion,
      environment: {
        LOG_BUCKET: data.log.bucket.bucketName,
        APPLICATIONS_STREAM_ARN: data.applications.streamArn,
        ACTIVITY_STREAM_ARN: data.activity.streamArn,
      },
    });
    data.log.grantWrite(archiveLog, LOG_PREFIX);
    const feedings: Feeding[] = [];
    for (const [name, source] of [
      ['applications', data.applications],
      ['activity', data.activity],
    ] as const)
      feedings.push({
        name: `archive-log-${name}`,
        mappingId: source.feed({
          ...feeding,
          consumer: archiveLog,
          batchSize: settings.archiveBatchSize,
          window: Duration.seconds(settings.archiveWindowSeconds),
        }),
      });

    const assessing = {
      // DynamoDB is reached from anywhere; a cluster only from within.
      network: settings.alertStore === 'documentdb' ? props.network : undefined,
      settings,
      codeVersion,
      environment: {
        LOG_BUCKET: data.log.bucket.bucketName,
        ...data.customers.environment,
        ALERT_TOPIC_ARN: data.alertTopic.topic.topicArn,
        ...data.alerts.environment,
        ...reachEnvironment(settings),
      },
    };
    const detectFraud = new PipelineFunction(this, 'DetectFraud', {
      ...assessing,
      name: 'detect-fraud',
      description: 'Decides credit applications and raises alerts',
    });
    const trackActivity = new PipelineFunction(this, 'TrackActivity', {
      ...assessing,
      name: 'track-activity',
      description: 'Follows account activity and raises alerts',
    });
    const publishPolicy = new PipelineFunction(this, 'PublishPolicy', {
      name: 'publish-policy',
      description: 'Publishes the policy that the stage is deployed with',
      settings,
      codeVersion,
      carries: 'policies',
      environment: { LOG_BUCKET: data.log.bucket.bucketName, POLICY: settings.policy },
    });
    data.log.grantRead(publishPolicy, POLICIES_PREFIX);
    data.log.grantWrite(publishPolicy, POLICIES_PREFIX);

    for (const [consumer, source] of [
      [detectFraud, data.applications],
      [trackActivity, data.activity],
    ] as const) {
      data.log.grantRead(consumer, POLICIES_PREFIX);
      data.log.grantWrite(consumer, RECEIPTS_PREFIX);
      data.customers.grantUse(consumer);
      data.alerts.grantInsert(consumer);
      data.alertTopic.grantPublish(consumer);
      const mappingId = source.feed({
        ...feeding,
        consumer,
        batchSize: settings.detectBatchSize,
        window: Duration.seconds(settings.detectWindowSeconds),
        parallelization: settings.detectParallelization,
      });
      feedings.push({ name: consumer.name, mappingId });
    }
    // Steps are waited for by what calls the functions, not by these: their roles must be there to be let in.
    const calls = [detectFraud, trackActivity].flatMap(eventSourcesOf);
    new DeploymentStep(this, 'Policy', publishPolicy, calls);
    if (data.alerts instanceof DocumentAlertStore)
      prepareAlertUsers(this, {
        ...props,
        alerts: data.alerts,
        before: calls,
      });
    this.feedings = feedings;
    const followers = [archiveLog, detectFraud, trackActivity];
    if (data.kafka === undefined) this.functions = followers;
    else {
      this.prepareTopics(data.kafka, props, followers);
      this.functions = [...followers, this.putRecords(data.kafka.brokers, props)];
    }
  }

  /** The topics are made before anybody follows them. */
  private prepareTopics(
    cluster: KafkaCluster,
    props: StreamingStackProps,
    followers: readonly PipelineFunction[],
  ): void {
    const { settings, codeVersion, data, network } = props;
    const prepareTopics = new PipelineFunction(this, 'PrepareTopics', {
      name: 'prepare-topics',
      description: `Makes the topics of the cluster ${cluster.name}, or sets them right`,
      settings,
      codeVersion,
      network,
      environment: {
        KAFKA_BROKERS: cluster.brokers,
        PARTITIONS: String(settings.shardsPerStream),
        RETENTION_HOURS: String(settings.streamRetentionHours),
      },
    });
    for (const stream of [data.applications, data.activity])
      if (stream instanceof KafkaEventStream) stream.grantPrepare(prepareTopics);
    new DeploymentStep(this, 'Topics', prepareTopics, followers.flatMap(eventSourcesOf));
  }

  /** The command line is outside the network, as producers of Kinesis may be: this puts its records on the topics. */
  private putRecords(brokers: string, { settings, codeVersion, data, network }: StreamingStackProps): PipelineFunction {
    const putRecords = new PipelineFunction(this, 'PutRecords', {
      name: 'put-records',
      description: 'Puts records on the topics of Kafka for crp produce and redrive',
      settings,
      codeVersion,
      network,
      environment: { KAFKA_BROKERS: brokers },
    });
    for (const stream of [data.applications, data.activity])
      if (stream instanceof KafkaEventStream) stream.grantWrite(putRecords);
    addOutputs(this, { PutFunctionName: putRecords.function.functionName });
    return putRecords;
  }
}

const eventSourcesOf = (consumer: PipelineFunction): IConstruct[] =>
  consumer.node.findAll().filter((node) => node instanceof EventSourceMapping);
