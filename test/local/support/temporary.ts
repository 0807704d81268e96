import { chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory of its own, removed when the test is over. */
export function temporaryDirectory(mode = 0o755): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'crp-local-'));
  chmodSync(directory, mode);
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Pids of living processes whose command line names the directory, or that run in it. */
export function processesOf(directory: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        const [state] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').slice(-1);
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        const cwd = readlinkSync(`/proc/${pid}/cwd`);
        return !state?.startsWith('Z') && `${command}${environment}${cwd}`.includes(directory);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Polls until the condition holds; the test's own time-out is the limit. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
