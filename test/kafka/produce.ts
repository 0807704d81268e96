import { Producer } from '@platformatic/kafka';
import { STREAM_NAMES } from '../../core/contract/streams.ts';
import { partitionKey } from '../../core/contract/partition-key.ts';
import { realistic } from '../../cli/generate/realistic.ts';
import { kinesisSenders } from '../../cli/produce/kinesis.ts';
import { produce } from '../../cli/produce/produce.ts';
import type { Batch } from '../../cli/produce/source.ts';
import type { Servers } from './servers.ts';

const DAY = 86_400_000;

/** The same records each time, of both streams: every failing check, duplicates, conflicts, late ones, cards, alerts. */
export function records(count: number): Batch[] {
  const applications = Math.round(count / 3);
  const asOf = Math.floor(Date.now() / DAY) * DAY;
  return [...realistic({ applications, activity: count - applications, seed: 1, asOf })];
}

/** @returns how many records Kinesis took */
export async function toKinesis({ clients: { kinesis } }: Servers, batches: readonly Batch[]): Promise<number> {
  const source = { title: 'generated', streams: STREAM_NAMES, total: null, batches: () => batches };
  const { taken, problems } = await produce(source, { sender: kinesisSenders(kinesis, (stream) => stream) });
  if (problems.length > 0) throw new Error(`Kinesis refused ${problems.length} records: ${problems[0]?.reason}`);
  return STREAM_NAMES.reduce((sum, stream) => sum + (taken[stream] ?? 0), 0);
}

/** @returns how many records the broker took */
export async function toKafka({ broker }: Servers, batches: readonly Batch[]): Promise<number> {
  // One request at a time: with more, a broker's crash leaves duplicates behind in spite of idempotence.
  const producer = new Producer({
    ...broker.connection,
    clientId: 'test-producer',
    idempotent: true,
    acks: -1,
    maxInflights: 1,
  });
  try {
    let sent = 0;
    for (const batch of batches) {
      const messages = batch.map(({ stream, data }) => ({
        topic: stream,
        key: Buffer.from(partitionKey(data)),
        value: data,
      }));
      await producer.send({ messages });
      sent += messages.length;
    }
    return sent;
  } finally {
    await producer.close();
  }
}
