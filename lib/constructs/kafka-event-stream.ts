import { Grant, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { MetricType, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { StreamName } from '../../core/contract/streams.ts';
import type { Settings } from '../config/settings.ts';
import type { IEventStream } from './event-stream.ts';
import type { KafkaCluster } from './kafka-cluster.ts';
import type { StreamConsumerProps } from './stream-consumer.ts';

export interface KafkaEventStreamProps {
  readonly settings: Settings;
  readonly cluster: KafkaCluster;
  /** the stream's name is the topic's */
  readonly topic: StreamName;
}

/** What reading takes; none of it writes. */
const READ = { cluster: ['Connect', 'DescribeClusterDynamicConfiguration'], topic: ['DescribeTopic', 'ReadData'] };

/** A topic of Kafka. It is made, with its partitions, by prepare-topics when the stage is deployed. */
export class KafkaEventStream extends Construct implements IEventStream {
  readonly streamName: string;
  readonly streamArn: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly #props: KafkaEventStreamProps;

  constructor(scope: Construct, id: string, props: KafkaEventStreamProps) {
    super(scope, id);
    this.#props = props;
    this.streamName = props.topic;
    this.streamArn = props.cluster.arnOf('topic', props.topic);
    this.environment = { KAFKA_BROKERS: props.cluster.brokers };
  }

  /**
   * A mapping with pollers of its own: without them MSK knows neither partial answers nor a maximum age, and one bad
   * batch would hold its partition for ever. Not by the library's event source, which gives the function's role a
   * managed policy that may write to every log group and knows no topic; its grants are here, one by one.
   */
  feed(props: StreamConsumerProps): string {
    const { settings, cluster, topic } = this.#props;
    const { consumer } = props;
    const group = `credit-risk-${settings.stage}-${consumer.name}-${topic}`;
    const mapping = consumer.function.addEventSourceMapping(`Kafka-${topic}`, {
      eventSourceArn: cluster.clusterArn,
      kafkaTopic: topic,
      kafkaConsumerGroupId: group,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: props.batchSize,
      maxBatchingWindow: props.window,
      provisionedPollerConfig: {
        minimumPollers: 1,
        // More than partitions would have nothing to read.
        maximumPollers: Math.min(200, settings.shardsPerStream),
        // All mappings of the stage share what is paid for.
        pollerGroupName: `credit-risk-${settings.stage}`,
      },
      reportBatchItemFailures: true,
      bisectBatchOnError: false,
      retryAttempts: props.retryAttempts,
      maxRecordAge: props.maxRecordAge,
      onFailure: props.failures,
      supportS3OnFailureDestination: true,
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    });
    this.grantRead(consumer);
    Grant.addToPrincipal({
      grantee: consumer,
      actions: ['kafka-cluster:DescribeGroup', 'kafka-cluster:AlterGroup'],
      resourceArns: [cluster.arnOf('group', group)],
    });
    consumer.function.addToRolePolicy(
      new PolicyStatement({
        actions: ['kafka:DescribeClusterV2', 'kafka:GetBootstrapBrokers'],
        resources: [cluster.clusterArn],
      }),
    );
    // The pollers get interfaces in the cluster's network in the function's name; EC2 knows no resource for these.
    consumer.function.addToRolePolicy(
      new PolicyStatement({
        actions: [
          'ec2:CreateNetworkInterface',
          'ec2:DeleteNetworkInterface',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSecurityGroups',
          'ec2:DescribeSubnets',
          'ec2:DescribeVpcs',
        ],
        resources: ['*'],
      }),
    );
    return mapping.eventSourceMappingId;
  }

  grantRead(reader: IGrantable): void {
    this.#props.cluster.grant(reader, this.#props.topic, READ);
  }

  /** Lets a function put records on the topic. */
  grantWrite(writer: IGrantable): void {
    this.#props.cluster.grant(writer, this.#props.topic, {
      cluster: ['Connect'],
      topic: ['DescribeTopic', 'WriteData'],
    });
  }

  /** Lets a function make the topic, or set one that is there right. */
  grantPrepare(maker: IGrantable): void {
    this.#props.cluster.grant(maker, this.#props.topic, {
      cluster: ['Connect'],
      topic: ['CreateTopic', 'DescribeTopic', 'DescribeTopicDynamicConfiguration', 'AlterTopicDynamicConfiguration'],
    });
  }
}
