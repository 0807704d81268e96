/** `npm run bench [-- NAME… --scale 0.1 --runs 3 --no-save]`: measures, prints a table, records it under bench/results/. */
import { fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { type BenchOptions, holds, type Measurement } from './measure.ts';

const BENCHES = {
  assess: 'bench from bytes to receipt bytes with digest, one thread',
  'score-and-load': '1,000,000 applications as NDJSON → checked, banded, in the keyed credit_scores',
  batch: '1,000,000 applications and their receipts from the S3 log to the reconciled warehouse',
  lake: 'a warehouse of 1,200,000 rows to Parquet in S3, one object a table and day',
  replay: 'receipts recomputed from the log, two workers',
  stream: 'put on Kinesis → decided, receipts, alerts and history stored: draining, and with a live producer',
  latency: 'arrival on the stream → alert stored, at a steady 500 records/s',
  init: 'cold starts: from the import of a function’s bundle to its handler',
  bi: 'each query that dashboards ask of the views, at 1,000,000 applications and as many transactions',
  console: 'the console at 100,000 applications: screens and filters in a browser, its API, its bundle, and npm run bi',
  memory: 'resident memory of each function from 100,000 to 1,000,000 records',
} as const;

const usage = `usage: npm run bench -- [NAME…] [--scale F] [--runs N] [--no-save]

${Object.entries(BENCHES)
  .map(([name, what]) => `  ${name.padEnd(16)}${what}`)
  .join('\n')}

  --scale F   multiplies the amount of work (default 1, the size of the published figures)
  --runs N    measured runs after the warm-up, at least 3 (default 3)
  --no-save   print only; write nothing under bench/results/`;

function fail(message: string): never {
  console.error(`${message}\n\n${usage}`);
  process.exit(2);
}

function options(): { names: string[]; bench: BenchOptions; save: boolean } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        scale: { type: 'string', default: '1' },
        runs: { type: 'string', default: '3' },
        'no-save': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const unknown = positionals.find((name) => !Object.hasOwn(BENCHES, name));
    if (unknown) fail(`there is no bench "${unknown}"`);
    const scale = Number(values.scale);
    const runs = Number(values.runs);
    if (!(scale > 0)) fail(`--scale must be a number above 0, not "${values.scale}"`);
    if (!Number.isInteger(runs) || runs < 3) fail(`--runs must be a whole number of at least 3, not "${values.runs}"`);
    return {
      names: positionals.length > 0 ? positionals : Object.keys(BENCHES),
      bench: { scale, runs },
      save: !values['no-save'],
    };
  } catch (error) {
    return fail((error as Error).message);
  }
}

function measure(name: string, bench: BenchOptions): Promise<readonly Measurement[]> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'worker.ts'), [`${name}.ts`, JSON.stringify(bench)], {
      execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
    });
    let result: readonly Measurement[] | undefined;
    child.on('message', (message) => {
      result = message as readonly Measurement[];
    });
    child.on('exit', (code) =>
      result ? resolve(result) : reject(new Error(`bench ${name} ended with exit code ${code} and no result`)),
    );
  });
}

const number = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) >= 100 ? 0 : 2 });

function table(all: readonly Measurement[]): string {
  const rows = new Table({
    head: ['work', 'median', 'unit', 'target', 'ratio to its baseline', 'runs'],
    style: { head: [], border: [] },
  });
  for (const m of all)
    rows.push([
      m.name + (m.note ? `\n${m.note}` : ''),
      number(m.median),
      m.unit,
      m.target === null ? '' : `${m.atMost ? '≤' : '≥'} ${number(m.target)} ${holds(m) ? '✓' : '✗'}`,
      m.baseline && m.ratio !== null ? `${m.ratio.toFixed(2)} of ${m.baseline.name} (${number(m.baseline.value)})` : '',
      m.runs.map(number).join(', '),
    ]);
  return rows.toString();
}

const { names, bench, save } = options();
const all: Measurement[] = [];
let failed = false;
for (const name of names) {
  console.log(`${name}: ${BENCHES[name as keyof typeof BENCHES]} …`);
  try {
    all.push(...(await measure(name, bench)));
  } catch (error) {
    failed = true;
    console.error((error as Error).message);
  }
}
console.log(table(all));
if (save && all.length > 0) {
  const at = new Date().toISOString();
  const results = join(import.meta.dirname, 'results');
  mkdirSync(results, { recursive: true });
  const file = join(results, `${at.slice(0, 16).replace(':', '')}-${names.length > 1 ? 'all' : names[0]}.json`);
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30) };
  writeFileSync(
    file,
    `${JSON.stringify({ at, node: process.version, machine, ...bench, measurements: all }, null, 2)}\n`,
  );
  console.log(`written: bench/results/${file.slice(results.length + 1)}`);
}
process.exit(failed ? 1 : 0);
