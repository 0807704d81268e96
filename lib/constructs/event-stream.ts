import { Duration } from 'aws-cdk-lib/core';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type IStream, Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import { MetricType, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { KinesisEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import type { Settings } from '../config/settings.ts';
import { grantKeyToRead } from './stage-key.ts';
import type { StreamConsumerProps } from './stream-consumer.ts';

/** A stream of records with an order per partition key. Whoever follows it need not know what carries it. */
export interface IEventStream {
  /** the name of the stream or topic, by which it is read again */
  readonly streamName: string;
  /** the ARN of the stream or topic, which its records come under */
  readonly streamArn: string;
  /** what a function that reads it again must know beside the name */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Feeds it to a function, with the failure behaviour of {@link StreamConsumerProps}.
   * @returns the uuid of the event source mapping
   */
  feed(props: StreamConsumerProps): string;
  /** Lets a function read it again, from any position on. */
  grantRead(reader: IGrantable): void;
}

export interface KinesisEventStreamProps {
  readonly settings: Settings;
  /** @default AWS's own key */
  readonly key?: IKey;
}

/** A stream of Kinesis. */
export class KinesisEventStream extends Construct implements IEventStream {
  readonly stream: IStream;
  readonly streamName: string;
  readonly streamArn: string;
  readonly environment = {};
  private readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, { settings, key }: KinesisEventStreamProps) {
    super(scope, id);
    this.stream = new Stream(this, 'Stream', {
      ...(settings.streamMode === 'on-demand'
        ? { streamMode: StreamMode.ON_DEMAND }
        : { streamMode: StreamMode.PROVISIONED, shardCount: settings.shardsPerStream }),
      retentionPeriod: Duration.hours(settings.streamRetentionHours),
      ...(key === undefined ? {} : { encryption: StreamEncryption.KMS, encryptionKey: key }),
    });
    this.streamName = this.stream.streamName;
    this.streamArn = this.stream.streamArn;
    this.key = key;
  }

  feed(props: StreamConsumerProps): string {
    const source = new KinesisEventSource(this.stream, {
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: props.batchSize,
      maxBatchingWindow: props.window,
      parallelizationFactor: props.parallelization ?? 1,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: props.retryAttempts,
      maxRecordAge: props.maxRecordAge,
      onFailure: props.failures,
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    });
    props.consumer.function.addEventSource(source);
    return source.eventSourceMappingId;
  }

  grantRead(reader: IGrantable): void {
    grantKeyToRead(this.key, reader);
    Grant.addToPrincipal({
      grantee: reader,
      actions: ['kinesis:ListShards', 'kinesis:GetShardIterator', 'kinesis:GetRecords'],
      resourceArns: [this.streamArn],
    });
  }
}
