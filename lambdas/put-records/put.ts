import { MOST_RECORD_BYTES, type PutAnswer } from '../../core/contract/put-records.ts';
import type { KafkaConnection } from '../adapters/kafka-partitions.ts';
import type { Request } from './request.ts';

/** Puts what Kinesis would take, too: a record that is refused locally must not be let through here. */
export async function put(connection: KafkaConnection, { stream, records }: Request): Promise<readonly PutAnswer[]> {
  const fits = records.filter(({ data }) => data.length <= MOST_RECORD_BYTES);
  // The client takes a while to start: that is for the call, and not for the function's start, which has less time.
  const { putOnTopic } = await import('../adapters/kafka-writer.ts');
  const answers = (fits.length === 0 ? [] : await putOnTopic(connection, stream, fits)).values();
  return records.map(({ data }) =>
    data.length <= MOST_RECORD_BYTES
      ? answers.next().value!
      : { refused: `more than ${MOST_RECORD_BYTES.toLocaleString('en-US')} bytes` },
  );
}
