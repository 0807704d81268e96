/** A producer in a process of its own: generated applications, at a steady rate or as fast as the stream takes them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { realistic } from '../cli/generate/realistic.ts';
import { kinesisSenders } from '../cli/produce/kinesis.ts';
import { produce } from '../cli/produce/produce.ts';
import type { Batch } from '../cli/produce/source.ts';
import { STREAM_NAMES, type StreamName } from '../core/contract/streams.ts';
import { createClients } from '../local/stack/clients.ts';

export interface ProducerTask {
  readonly endpoint: string;
  readonly region: string;
  readonly streamNames: Readonly<Record<StreamName, string>>;
  readonly applications: number;
  readonly activity: number;
  readonly seed: number;
  /** records a second; null: as fast as the stream takes them */
  readonly rate: number | null;
}

const AS_OF = Date.UTC(2026, 10, 1);
const TICKS_PER_SECOND = 20;

async function* paced(batches: Iterable<Batch>, rate: number): AsyncGenerator<Batch> {
  const size = Math.max(1, Math.round(rate / TICKS_PER_SECOND));
  const began = performance.now();
  let sent = 0;
  for (const batch of batches)
    for (let from = 0; from < batch.length; from += size) {
      const piece = batch.slice(from, from + size);
      const due = began + (sent / rate) * 1000;
      const early = due - performance.now();
      if (early > 0) await sleep(early);
      sent += piece.length;
      yield piece;
    }
}

const task = JSON.parse(process.argv[2] ?? '') as ProducerTask;
const clients = createClients({ kinesis: task.endpoint, region: task.region });
const { applications, activity, seed } = task;
const generated = realistic({ applications, activity, seed, asOf: AS_OF });
const { taken, problems } = await produce(
  {
    title: 'bench',
    streams: STREAM_NAMES,
    total: applications + activity,
    batches: () => (task.rate === null ? generated : paced(generated, task.rate)),
  },
  { sender: kinesisSenders(clients.kinesis, (stream) => task.streamNames[stream]) },
);
// Planted records that no stream takes (larger than its limit) are among the problems.
const sum = Object.values(taken).reduce((total, records) => total + records, 0);
if (sum + problems.length < applications + activity) throw new Error(`the streams took only ${sum} records`);
process.exit(0);
