/** Every receipt recomputed from the S3 log and compared with the one stored, as `crp replay` does it. */
import { gunzipSync } from 'node:zlib';
import { replay } from '../cli/replay/run.ts';
import { LOG_PREFIX } from '../core/contract/storage.ts';
import { type Lake, openLake, s3Environment } from './kept-log.ts';
import { type BenchOptions, type Measurement, median } from './measure.ts';

const APPLICATIONS = 200_000;
const WORKERS = 2;

export async function run({ scale, runs }: BenchOptions): Promise<readonly Measurement[]> {
  const count = Math.max(10_000, Math.round(APPLICATIONS * scale));
  const lake = await openLake(count);
  try {
    const rates: number[] = [];
    const baselines: number[] = [];
    for (let i = -1; i < runs; i++) {
      const baseline = await rate(count, () => readLog(lake));
      const replayed = await rate(count, () => replayAll(lake, count));
      if (i < 0) continue; // the first warms up the server's files
      baselines.push(baseline);
      rates.push(replayed);
    }
    return [
      {
        name: `replay of ${count} applications, ${WORKERS} workers`,
        unit: 'records/s',
        median: median(rates),
        runs: rates,
        baseline: { name: 'reading the log alone: get, gunzip, JSON.parse, one thread', value: median(baselines) },
        ratio: median(rates) / median(baselines),
        target: 25_000,
        note: 'from listing the bucket to the last comparison, start of the threads included',
      },
    ];
  } finally {
    await lake.stop();
  }
}

async function rate(count: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return count / ((performance.now() - start) / 1000);
}

async function replayAll({ objects, endpoint }: Lake, count: number): Promise<void> {
  const result = await replay({ objects, env: s3Environment(endpoint), workers: WORKERS });
  if (result.equal !== count) throw new Error(`only ${result.equal} of ${count} receipts are equal`);
}

async function readLog({ objects }: Lake): Promise<void> {
  let bytes = 0;
  for await (const key of objects.listKeys(`${LOG_PREFIX}/`)) {
    const content = gunzipSync(await objects.get(key)).toString('latin1');
    for (const line of content.split('\n'))
      if (line !== '') bytes += (JSON.parse(line) as { data: string }).data.length;
  }
  if (bytes === 0) throw new Error('the log is empty');
}
