import { STREAM_NAMES } from '../../core/contract/streams.ts';
import { realistic } from '../../cli/generate/realistic.ts';
import { kinesisSenders } from '../../cli/produce/kinesis.ts';
import { produce } from '../../cli/produce/produce.ts';
import type { SenderOf } from '../../cli/produce/sender.ts';
import type { Batch, Source } from '../../cli/produce/source.ts';
import { throughFunction } from './put-function.ts';
import type { Servers } from './servers.ts';

const DAY = 86_400_000;

/** The same records each time, of both streams: every failing check, duplicates, conflicts, late ones, cards, alerts. */
export function records(count: number): Batch[] {
  const applications = Math.round(count / 3);
  const asOf = Math.floor(Date.now() / DAY) * DAY;
  return [...realistic({ applications, activity: count - applications, seed: 1, asOf })];
}

const sourceOf = (batches: readonly Batch[]): Source => ({
  title: 'generated',
  streams: STREAM_NAMES,
  total: null,
  batches: () => batches,
});

/** @returns how many records Kinesis took */
export const toKinesis = ({ clients: { kinesis } }: Servers, batches: readonly Batch[]): Promise<number> =>
  allTaken(
    'Kinesis',
    batches,
    kinesisSenders(kinesis, (stream) => stream),
  );

/** @returns how many records the broker took, by the way of a deployed stage */
export const toKafka = ({ broker }: Servers, batches: readonly Batch[]): Promise<number> =>
  allTaken('Kafka', batches, throughFunction(broker.connection));

async function allTaken(what: string, batches: readonly Batch[], sender: SenderOf): Promise<number> {
  const { taken, problems } = await produce(sourceOf(batches), { sender });
  if (problems.length > 0) throw new Error(`${what} refused ${problems.length} records: ${problems[0]?.reason}`);
  return STREAM_NAMES.reduce((sum, stream) => sum + (taken[stream] ?? 0), 0);
}
