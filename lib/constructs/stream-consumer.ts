import { Duration } from 'aws-cdk-lib/core';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { KinesisEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { EventStream } from './event-stream.ts';
import type { FailureBucket } from './failure-bucket.ts';
import type { PipelineFunction } from './pipeline-function.ts';

export interface StreamConsumerProps {
  readonly source: EventStream;
  readonly consumer: PipelineFunction;
  /** where batches go that are given up */
  readonly failures: FailureBucket;
  /** most records in a batch */
  readonly batchSize: number;
  /** how long records are gathered before the function is called */
  readonly window: Duration;
  /**
   * Batches of one shard at the same time. Lambda divides a shard by partition key, so each customer keeps his order.
   * @default 1
   */
  readonly parallelization?: number;
  /** a record older than this is given up */
  readonly maxRecordAge: Duration;
  /** of a failing batch, before it is given up */
  readonly retryAttempts: number;
}

/**
 * Feeds a stream to a function. The service's defaults would retry one bad batch for as long as the stream keeps it
 * and then forget it: here every batch is retried from the first record that failed, halved when the function dies,
 * given up at a maximum age, and what is given up is kept.
 */
export function consumeStream(props: StreamConsumerProps): void {
  props.consumer.function.addEventSource(
    new KinesisEventSource(props.source.stream, {
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: props.batchSize,
      maxBatchingWindow: props.window,
      parallelizationFactor: props.parallelization ?? 1,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: props.retryAttempts,
      maxRecordAge: props.maxRecordAge,
      onFailure: props.failures,
    }),
  );
}
