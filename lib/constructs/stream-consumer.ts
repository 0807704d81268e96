import type { Duration } from 'aws-cdk-lib/core';
import type { FailureBucket } from './failure-bucket.ts';
import type { PipelineFunction } from './pipeline-function.ts';

/**
 * How a stream is fed to a function. The services' defaults would retry one bad batch for as long as the stream keeps
 * it and then forget it: here every batch is retried from the first record that failed, given up at a maximum age, and
 * what is given up is kept.
 */
export interface StreamConsumerProps {
  readonly consumer: PipelineFunction;
  /** where batches go that are given up */
  readonly failures: FailureBucket;
  /** most records in a batch */
  readonly batchSize: number;
  /** how long records are gathered before the function is called */
  readonly window: Duration;
  /**
   * Batches of one shard at the same time. Lambda divides a shard by partition key, so each customer keeps his order.
   * Of Kinesis only: a partition of Kafka is read by one at a time.
   * @default 1
   */
  readonly parallelization?: number;
  /** a record older than this is given up */
  readonly maxRecordAge: Duration;
  /** of a failing batch, before it is given up */
  readonly retryAttempts: number;
}
