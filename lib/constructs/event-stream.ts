import { Duration } from 'aws-cdk-lib/core';
import { type IStream, Stream, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import { Construct } from 'constructs';

export interface EventStreamProps {
  readonly shards: number;
  /** how long records stay readable */
  readonly retention: Duration;
}

/** A stream of records with an order per partition key. Kinesis; what consumes it knows it by {@link stream} alone. */
export class EventStream extends Construct {
  readonly stream: IStream;

  constructor(scope: Construct, id: string, props: EventStreamProps) {
    super(scope, id);
    this.stream = new Stream(this, 'Stream', {
      streamMode: StreamMode.PROVISIONED,
      shardCount: props.shards,
      retentionPeriod: props.retention,
    });
  }
}
