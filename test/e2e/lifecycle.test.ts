import { existsSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { crp, start } from './crp.ts';

const scratch = mkdtempSync(join(tmpdir(), 'crp-life-'));
const data = join(scratch, 'data');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Processes that have to do with a directory: by their command line, working directory or environment. */
function processesOf(directory: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        const about = [
          readFileSync(`/proc/${pid}/cmdline`, 'utf8'),
          readFileSync(`/proc/${pid}/environ`, 'utf8'),
          readlinkSync(`/proc/${pid}/cwd`),
        ];
        return about.some((text) => text.includes(directory));
      } catch {
        return false;
      }
    });
}

describe('Ctrl-C', () => {
  it.each([
    ['while the stack starts', 'Starting the embedded stack', 'SIGINT'],
    ['while records are sent', 'Producing', 'SIGINT'],
    ['while they are decided', 'Deciding', 'SIGTERM'],
  ] as const)('%s ends it with code 130, leaves no process and no lock', async (_when, text, signal) => {
    const run = start(['demo', '--count', '4000', '--data', data, '--fresh']);
    await run.shows(text);
    expect(processesOf(data).length).toBeGreaterThan(0);
    run.kill(signal);
    // A terminal sends it to every process of the group, and npm and the bootstrap pass it on: it comes more than once.
    run.kill(signal);
    const { code } = await run.ended;
    expect(code).toBe(130);
    expect(processesOf(data)).toEqual([]);
    expect(existsSync(join(data, 'lock'))).toBe(false);
  });
});

describe('a stack that is up', () => {
  it('is driven by other commands, keeps its directory to itself, and stops', async () => {
    const up = start(['up', '--data', data, '--fresh', '--policy', 'founding']);
    await up.shows('Ctrl-C stops it');
    const status = await crp('status', '--data', data);
    expect(status.stdout).toContain(`process ${up.pid}`);
    const taken = await crp('demo', '--count', '10', '--data', data, '--fresh');
    expect(taken.code).toBe(2);
    expect(taken.stderr).toContain(`in use by process ${up.pid}`);
    const produced = await crp('produce', '--profile', 'plain', '--count', '300', '--data', data);
    expect(produced.code, produced.stderr).toBe(0);
    expect(produced.stderr).toContain('300 on credit_applications');
    const batch = await crp('batch', '--json', '--data', data);
    expect(batch.code, batch.stderr).toBe(0);
    expect(JSON.parse(batch.stdout)).toMatchObject({
      applications: { received: 300, decided: 300 },
      policy: { id: 'founding' },
      reconciliation: { pending: 0, missing: 0, unexpected: 0, parityDifferences: 0 },
    });
    const query = await crp('query', '--json', 'select count(*)::int as n from dw.credit_scores', '--data', data);
    expect(JSON.parse(query.stdout)).toEqual([{ n: 300 }]);
    expect((await crp('replay', '--data', data)).stdout).toContain('300 of 300 receipts equal');
    up.kill('SIGINT');
    expect((await up.ended).code).toBe(0);
    expect(processesOf(data)).toEqual([]);
  });

  it('does not change a policy under records that were decided', async () => {
    const { code, stderr } = await crp('up', '--data', data, '--policy', 'default');
    expect(code).toBe(2);
    expect(stderr).toContain('15 minutes ahead');
  });

  it('is not started on a directory of another version', async () => {
    const file = join(data, 'run.json');
    const run = readFileSync(file, 'utf8');
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(run) as object), format: 0, codeVersion: 'ancient' }));
    const { code, stderr } = await crp('up', '--data', data);
    writeFileSync(file, run);
    expect(code).toBe(2);
    expect(stderr).toContain('was written by another version (ancient');
  });
});
