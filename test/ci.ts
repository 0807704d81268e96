/**
 * `npm run ci`: everything that a change must pass. `npm test`, then the suites that start more than a test may take for
 * granted: an emulator of AWS and a Kafka broker. Closes with one line `N passed, N failed, N skipped` over all of them.
 */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const SUITES = [
  { title: 'npm test', script: 'test/run.ts' },
  { title: 'npm run test:emulator', script: 'test/emulator/run.ts' },
  { title: 'npm run test:kafka', script: 'test/kafka/run.ts' },
] as const;

interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What a suite counted, by its last line of this form; one that ends without it has failed. */
function totalsOf(lines: readonly string[], status: number | null): Totals {
  const [, passed, failed, skipped] =
    lines.map((line) => /^(\d+) passed, (\d+) failed, (\d+) skipped$/.exec(line)).findLast((found) => found !== null) ??
    [];
  const counted = { passed: Number(passed ?? 0), failed: Number(failed ?? 0), skipped: Number(skipped ?? 0) };
  const contradicts = passed === undefined || (status !== 0 && counted.failed === 0);
  return contradicts ? { ...counted, failed: counted.failed + 1 } : counted;
}

function run(script: string): Promise<Totals> {
  const child = spawn(process.execPath, [resolve(root, script)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let tail = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    process.stdout.write(text);
    tail = (tail + text).slice(-10_000);
  });
  return new Promise((ended) => {
    child.once('error', () => ended({ passed: 0, failed: 1, skipped: 0 }));
    child.once('close', (status) => ended(totalsOf(tail.split('\n'), status)));
  });
}

const sum = { passed: 0, failed: 0, skipped: 0 };
for (const { title, script } of SUITES) {
  const started = Date.now();
  console.log(`\n▸ ${title}`);
  const { passed, failed, skipped } = await run(script);
  console.log(`${failed === 0 ? '✓' : '✗'} ${title} (${((Date.now() - started) / 1000).toFixed(0)} s)`);
  sum.passed += passed;
  sum.failed += failed;
  sum.skipped += skipped;
}
console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exit(sum.failed === 0 ? 0 : 1);
