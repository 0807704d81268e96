/** Resident memory of every function while the records of a run grow from a tenth to the whole. */
import { type Stack, type FunctionStatistics } from '../local/index.ts';
import { delivered, Producer, withStack } from './host.ts';
import type { BenchOptions, Measurement } from './measure.ts';

const RECORDS = 1_000_000;
const SAMPLE_MS = 250;
const LIMIT_MIB = 512;

type Peaks = Map<string, number>;

export async function run({ scale }: BenchOptions): Promise<readonly Measurement[]> {
  const count = Math.max(20_000, Math.round(RECORDS * scale));
  const { early, late } = await withStack(true, (stack) => grow(stack, count));
  return [...late]
    .filter(([, peak]) => peak > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([name, peak]) => {
      const before = early.get(name) ?? 0;
      return {
        name: `resident memory of ${name}`,
        unit: 'MiB',
        median: peak,
        runs: [before, peak],
        baseline: { name: `the same after ${count / 10} records`, value: before },
        ratio: before > 0 ? peak / before : null,
        target: LIMIT_MIB,
        atMost: true,
        note: `greatest of its processes: by ${count / 10} and by ${count} records, each followed by a batch`,
      };
    });
}

/** The greatest resident memory of any process of each function: up to a tenth of the records, and beyond it. */
async function grow(stack: Stack, count: number): Promise<{ early: Peaks; late: Peaks }> {
  const early = await watched(stack, async () => {
    await produceAndBatch(stack, count / 10, 1, count);
  });
  const late = await watched(stack, async () => {
    await produceAndBatch(stack, (count * 9) / 10, 2, count);
  });
  return { early, late };
}

async function produceAndBatch(stack: Stack, records: number, seed: number, all: number): Promise<void> {
  const producer = new Producer(stack, { applications: records / 2, activity: records / 2, seed, rate: null });
  await producer.done;
  const progress = setInterval(() => {
    const done = (delivered(stack, 'detect-fraud') + delivered(stack, 'track-activity')).toLocaleString('en-US');
    console.error(`  ${done} of ${all.toLocaleString('en-US')} decided …`);
  }, 30_000);
  await stack.drained().finally(() => clearInterval(progress));
  const result = await stack.runWorkflow();
  if (result.status !== 'SUCCEEDED') throw new Error(`the batch ended as ${result.status}`);
}

async function watched(stack: Stack, work: () => Promise<void>): Promise<Peaks> {
  const peaks: Peaks = new Map();
  const sampling = setInterval(() => {
    for (const name of stack.functions.names)
      peaks.set(name, Math.max(peaks.get(name) ?? 0, greatest(stack.functions.statistics(name))));
  }, SAMPLE_MS);
  await work().finally(() => clearInterval(sampling));
  return peaks;
}

const greatest = ({ residentMemoryMb }: FunctionStatistics): number => Math.max(0, ...residentMemoryMb);
