import type { KinesisStreamEvent } from 'aws-lambda';
import { canonicalSeq } from '../../core/contract/position.ts';
import type { StreamName } from '../../core/contract/streams.ts';
import type { StreamRecord } from '../../core/events/types.ts';

/**
 * The records of a Kinesis event, of each shard in the order of their positions.
 *
 * @param streamOf which stream an ARN is; it throws for one that the function does not serve
 */
export function decodeKinesisEvent(event: KinesisStreamEvent, streamOf: (arn: string) => StreamName): StreamRecord[] {
  return event.Records.map(({ eventID, eventSourceARN, kinesis }) => ({
    position: {
      stream: streamOf(eventSourceARN),
      shard: eventID.slice(0, eventID.indexOf(':')),
      seq: canonicalSeq(kinesis.sequenceNumber),
    },
    // seconds with a fraction, as Lambda hands it over
    arrival: Math.round(kinesis.approximateArrivalTimestamp * 1000),
    key: kinesis.partitionKey,
    data: Buffer.from(kinesis.data, 'base64'),
  })).sort((a, b) => (a.position.seq < b.position.seq ? -1 : 1));
}
