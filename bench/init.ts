/** What a cold start waits for: from the import of a function's bundle to its handler, in a process of its own. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Bundle, withBundles } from './bundles.ts';
import { type BenchOptions, type Measurement, median } from './measure.ts';

const COLD_STARTS = 10;
const LIMIT_MS = 250;

const TIMED = `
const start = performance.now();
await import(process.argv[1]);
process.stdout.write('\\n' + String(performance.now() - start));
// Clients may hold the process open.
process.exit(0);`;

/** @returns milliseconds of one cold start */
function coldStart(module: string, environment: Readonly<Record<string, string>>): number {
  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', TIMED, module], {
    encoding: 'utf8',
    env: {
      ...environment,
      // What Lambda itself sets.
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'none',
      AWS_SECRET_ACCESS_KEY: 'none',
      LAMBDA_TASK_ROOT: path.dirname(module),
    },
  });
  return Number(said.slice(said.lastIndexOf('\n') + 1));
}

function measure({ name, module, environment, bytes }: Bundle, empty: string): Measurement {
  const runs: number[] = [];
  const baselines: number[] = [];
  for (let i = -1; i < COLD_STARTS; i++) {
    const baseline = coldStart(empty, environment);
    const run = coldStart(module, environment);
    if (i < 0) continue; // the first brings the file into memory
    runs.push(run);
    baselines.push(baseline);
  }
  return {
    name: `init: ${name}`,
    unit: 'ms',
    median: median(runs),
    runs,
    baseline: { name: 'import of an empty module', value: median(baselines) },
    ratio: median(runs) / median(baselines),
    target: LIMIT_MS,
    atMost: true,
    note: `${Math.round(bytes / 1000)} kB; ${COLD_STARTS} cold starts`,
  };
}

export const run = (_options: BenchOptions): Promise<readonly Measurement[]> =>
  // With Kafka and a cluster, where every function is there.
  withBundles({ stage: 'dev', stream: 'msk', alertStore: 'documentdb' }, (bundles) => {
    const empty = path.join(path.dirname(bundles[0]!.module), 'empty.mjs');
    writeFileSync(empty, 'export {};\n');
    return bundles.map((bundle) => measure(bundle, empty));
  });
