import { Duration } from 'aws-cdk-lib/core';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type IStream, Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import { Construct } from 'constructs';
import type { Settings } from '../config/settings.ts';

export interface EventStreamProps {
  readonly settings: Settings;
  /** @default AWS's own key */
  readonly key?: IKey;
}

/** A stream of records with an order per partition key. Kinesis; what consumes it knows it by {@link stream} alone. */
export class EventStream extends Construct {
  readonly stream: IStream;

  constructor(scope: Construct, id: string, { settings, key }: EventStreamProps) {
    super(scope, id);
    this.stream = new Stream(this, 'Stream', {
      ...(settings.streamMode === 'on-demand'
        ? { streamMode: StreamMode.ON_DEMAND }
        : { streamMode: StreamMode.PROVISIONED, shardCount: settings.shardsPerStream }),
      retentionPeriod: Duration.hours(settings.streamRetentionHours),
      ...(key === undefined ? {} : { encryption: StreamEncryption.KMS, encryptionKey: key }),
    });
  }
}
