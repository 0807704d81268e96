import { PutRecordsCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import type { StreamName } from '../../core/contract/streams.ts';
import type { Sender, SenderOf } from './sender.ts';

/** Sends by PutRecords, which may throttle some records of a request and take the others. */
export const kinesisSender = (client: Pick<KinesisClient, 'send'>, streamName: string): Sender => ({
  name: streamName,
  async put(records) {
    const { Records = [] } = await client.send(
      new PutRecordsCommand({
        StreamName: streamName,
        Records: records.map(({ entry, key }) => ({ Data: entry.data, PartitionKey: key })),
      }),
    );
    return Records.map(({ ShardId, SequenceNumber, ErrorCode }) => {
      if (ErrorCode !== undefined) return { again: ErrorCode };
      return ShardId === undefined || SequenceNumber === undefined
        ? {}
        : { position: { shard: ShardId, seq: SequenceNumber } };
    });
  },
});

/** @param streamName physical name of a stream */
export const kinesisSenders =
  (client: Pick<KinesisClient, 'send'>, streamName: (stream: StreamName) => string): SenderOf =>
  (stream) =>
    kinesisSender(client, streamName(stream));
