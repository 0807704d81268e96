/**
 * A mutant is a patch with a bug that a developer could make, and the tests that must notice it. The patch file starts
 * with two lines before the diff:
 *
 *     bug: the window of R002 is closed on both sides
 *     caught by: test/unit/core/rules/windows.test.ts
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..', '..');

export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly bug: string;
  /** test files, relative to the root */
  readonly caughtBy: readonly string[];
}

/** @throws Error naming the patch whose first two lines are not as described above */
export function mutants(): Mutant[] {
  const folder = import.meta.dirname;
  return readdirSync(folder)
    .filter((name) => name.endsWith('.patch'))
    .sort()
    .map((name) => {
      const file = join(folder, name);
      const [first = '', second = ''] = readFileSync(file, 'utf8').split('\n');
      const bug = /^bug: (.+)$/.exec(first)?.[1];
      const caughtBy = /^caught by: (.+)$/.exec(second)?.[1]?.split(/[\s,]+/);
      if (!bug || !caughtBy)
        throw new Error(`${name} must begin with a line "bug: …" and a line "caught by: TEST-FILE…"`);
      return { name: name.replace(/\.patch$/, ''), file, bug, caughtBy };
    });
}

/** A copy of the project's files (those git knows or would add), with node_modules linked in. */
export function copyOfProject(): string {
  const copy = mkdtempSync(join(tmpdir(), 'crp-mutant-'));
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  if (listed.status !== 0) throw new Error(`git ls-files failed in ${root}: ${listed.stderr}`);
  for (const file of listed.stdout.toString().split('\0').filter(Boolean)) {
    mkdirSync(join(copy, dirname(file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** @returns null when the patch applies, otherwise git's words */
export function apply(mutant: Mutant, copy: string, checkOnly = false): string | null {
  const result = spawnSync('git', ['apply', ...(checkOnly ? ['--check'] : []), mutant.file], {
    cwd: copy,
    env: { ...process.env, GIT_DIR: join(copy, 'no-repository'), GIT_CEILING_DIRECTORIES: dirname(copy) },
    encoding: 'utf8',
  });
  return result.status === 0 ? null : result.stderr.trim();
}

export interface TestRun {
  readonly passed: number;
  /** full names of the tests that failed */
  readonly failed: readonly string[];
  /** a test file that ran no test to its end: an error of the patch, or of the preparations; no test names the bug */
  readonly broken: string | null;
}

export function runTests(copy: string, files: readonly string[]): TestRun {
  const report = join(copy, 'mutant-report.json');
  rmSync(report, { force: true });
  const result = spawnSync(
    join(root, 'node_modules', '.bin', 'vitest'),
    ['run', '--reporter=json', `--outputFile=${report}`, ...files],
    { cwd: copy, encoding: 'utf8', env: { ...process.env, CI: 'true' } },
  );
  try {
    const json = JSON.parse(readFileSync(report, 'utf8')) as {
      numPassedTests: number;
      testResults: {
        name: string;
        status: string;
        message: string;
        assertionResults: { fullName: string; status: string }[];
      }[];
    };
    // Also a file whose preparations fail: its tests are left out then, and none of them says what is wrong.
    const unloaded = json.testResults.find(
      (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
    );
    return {
      passed: json.numPassedTests,
      failed: json.testResults.flatMap((file) =>
        file.assertionResults.filter((test) => test.status === 'failed').map((test) => test.fullName),
      ),
      broken: unloaded ? `${unloaded.name}: ${unloaded.message.split('\n')[0]}` : null,
    };
  } catch {
    return { passed: 0, failed: [], broken: (result.stderr || result.stdout).trim().split('\n').slice(-3).join(' ') };
  }
}
