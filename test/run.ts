/**
 * `npm test`: types, lint, formatting, the rules of imports, then every test; closes with one line `N passed, N failed, N skipped`.
 * Arguments go to vitest (a file name, `-t NAME` …); with arguments the checks before the tests are left out.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const bin = (name: string): string => join(root, 'node_modules', '.bin', name);
const args = process.argv.slice(2);
const totals = { passed: 0, failed: 0, skipped: 0 };

function step(title: string, command: string, parameters: string[]): void {
  const started = Date.now();
  const result = spawnSync(command, parameters, { cwd: root, stdio: 'inherit' });
  const ok = result.status === 0;
  totals[ok ? 'passed' : 'failed'] += 1;
  console.log(`${ok ? '✓' : '✗'} ${title} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

if (args.length === 0) {
  step('types', bin('tsc'), ['-p', 'tsconfig.json']);
  step('types in the browser', bin('tsc'), ['-p', 'console/web/tsconfig.json']);
  step('lint', bin('oxlint'), ['--quiet']);
  step('formatting', bin('biome'), ['check', '--log-level=warn', '.']);
  const rooms = ['bi', 'bin', 'cli', 'console', 'core', 'lambdas', 'lib', 'local', 'bench', 'test'];
  step('imports', bin('depcruise'), ['--config', '.dependency-cruiser.cjs', ...rooms]);
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numFailedTestSuites: number;
  success: boolean;
}
const scratch = mkdtempSync(join(tmpdir(), 'crp-test-'));
const reportFile = join(scratch, 'report.json');
const vitest = spawnSync(
  bin('vitest'),
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`, ...args],
  { cwd: root, stdio: 'inherit' },
);
try {
  const report = JSON.parse(readFileSync(reportFile, 'utf8')) as VitestReport;
  totals.passed += report.numPassedTests;
  totals.failed += report.numFailedTests;
  totals.skipped += report.numPendingTests + report.numTodoTests;
  // A file that fails to load has no failed test of its own, and must not pass in silence.
  if (!report.success && report.numFailedTests === 0) totals.failed += Math.max(1, report.numFailedTestSuites);
} catch (error) {
  console.error(`vitest left no report: ${(error as Error).message}`);
  totals.failed += 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (vitest.status !== 0 && totals.failed === 0) totals.failed += 1;

console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed === 0 ? 0 : 1);
