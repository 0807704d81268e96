import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { heldRun } from '../../local/data/contents.ts';
import { openDataDirectory, runningStack } from '../../local/data/directory.ts';
import { LocalError } from '../../local/errors.ts';
import { eventually, temporaryDirectory } from './support/temporary.ts';

const MODULE = path.resolve(import.meta.dirname, '../../local/data/directory.ts');

/** Another process that holds the directory until it is killed. */
async function holder(directory: string): Promise<number> {
  const script = `const { openDataDirectory } = await import(${JSON.stringify(MODULE)});
    const data = await openDataDirectory(${JSON.stringify(directory)});
    data.update({ up: { pid: process.pid, since: 'now' } });
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await eventually(() => runningStack(directory) !== undefined);
  return child.pid as number;
}

const isGone = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return true;
  }
};
const kill = async (pid: number): Promise<void> => {
  process.kill(pid, 'SIGKILL');
  await eventually(() => isGone(pid));
};

test('a new directory gets a run.json that survives being closed', async () => {
  const directory = path.join(temporaryDirectory(), 'new', 'run');
  const first = await openDataDirectory(directory, { codeVersion: '1.0.0-abc' });
  first.update({ policy: { id: 'default', digest: 'd' } });
  first.close();
  const second = await openDataDirectory(directory, { mode: 'existing' });
  expect(second.run).toMatchObject({ format: 1, codeVersion: '1.0.0-abc', policy: { id: 'default' } });
  second.close();
});

test('a directory in use is refused with the pid of who uses it', async () => {
  const directory = temporaryDirectory();
  const pid = await holder(directory);
  expect(runningStack(directory)?.up.pid).toBe(pid);
  const opening = openDataDirectory(directory, { fresh: true });
  await expect(opening).rejects.toThrow(LocalError);
  await expect(opening).rejects.toThrow(new RegExp(`in use by process ${pid}`));
});

test('the lock of a process that was killed is taken over, by one of many', async () => {
  const directory = temporaryDirectory();
  await kill(await holder(directory));
  expect(runningStack(directory)).toBeUndefined();
  const attempts = await Promise.allSettled(Array.from({ length: 10 }, () => openDataDirectory(directory)));
  const winners = attempts.filter((attempt) => attempt.status === 'fulfilled');
  expect(winners).toHaveLength(1);
  winners[0]?.value.close();
  expect(readdirSync(directory)).toEqual(['run.json']);
});

test("a lock whose pid is another program's by now is stale", async () => {
  const directory = temporaryDirectory();
  (await openDataDirectory(directory)).close();
  writeFileSync(path.join(directory, 'lock'), JSON.stringify({ pid: process.pid, started: '1', command: 'other' }));
  (await openDataDirectory(directory)).close();
});

test('a damaged lock is no lock', async () => {
  const directory = temporaryDirectory();
  writeFileSync(path.join(directory, 'lock'), '{"pi');
  (await openDataDirectory(directory)).close();
});

test('who is patient waits for a short use to end', async () => {
  const directory = temporaryDirectory();
  const first = await openDataDirectory(directory);
  const second = openDataDirectory(directory, { patienceMs: 10_000 });
  setTimeout(() => first.close(), 150);
  (await second).close();
});

test('a run is replaced only when a fresh start is asked for', async () => {
  const directory = temporaryDirectory();
  const first = await openDataDirectory(directory, { mode: 'new' });
  writeFileSync(path.join(first.folder('kinesis'), 'file'), 'old');
  writeFileSync(path.join(first.folder('checkpoints'), 'checkpoints.json'), '{"a consumer": "17"}');
  first.close();
  await expect(openDataDirectory(directory, { mode: 'new' })).rejects.toThrow(/holds a run of .*\n.*--fresh/);
  const second = await openDataDirectory(directory, { mode: 'new', fresh: true });
  expect(existsSync(path.join(directory, 'kinesis'))).toBe(false);
  second.close();
});

/** An object of the log, where the S3 endpoint keeps it. */
function archive(directory: string, lines: number): void {
  const folder = path.join(directory, 's3/objects/buckets/b/objects/log/credit_applications/dt=2026-11-21/hr=05');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${lines}.ndjson.gz.data`), gzipSync('{}\n'.repeat(lines)));
}

test('a run on whose streams nothing ever arrived is in nobody’s way', async () => {
  const directory = temporaryDirectory();
  const first = await openDataDirectory(directory);
  writeFileSync(path.join(first.folder('checkpoints'), 'checkpoints.json'), '{}');
  first.update({ policy: { id: 'wrong', digest: 'd' } });
  first.close();
  const second = await openDataDirectory(directory, { mode: 'new' });
  expect(second.run.policy).toBeUndefined();
  second.close();
  archive(directory, 1);
  await expect(openDataDirectory(directory, { mode: 'new' })).rejects.toThrow(/holds a run of/);
});

test('a run is described by its age and the records of its log', async () => {
  const directory = temporaryDirectory();
  expect(heldRun(directory)).toBeUndefined();
  const data = await openDataDirectory(directory);
  expect(heldRun(directory)).toEqual({ created: data.run.created, records: 0 });
  archive(directory, 3);
  archive(directory, 40);
  expect(heldRun(directory)?.records).toBe(43);
  data.close();
});

test('what another version wrote is refused, and can be replaced', async () => {
  const directory = temporaryDirectory();
  (await openDataDirectory(directory, { codeVersion: '9.9.9' })).close();
  const file = path.join(directory, 'run.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"format": 1', '"format": 99'));
  await expect(openDataDirectory(directory)).rejects.toThrow(/another version \(9\.9\.9, format 99; .*\n.*--fresh/);
  (await openDataDirectory(directory, { fresh: true })).close();
});

test.each([
  ['somebody else’s files', (directory: string) => writeFileSync(path.join(directory, 'thesis.doc'), 'x')],
  ['a folder named like one of ours', (directory: string) => mkdirSync(path.join(directory, 'postgres'))],
  [
    'a run.json of another program',
    (directory: string) => writeFileSync(path.join(directory, 'run.json'), '{"product":"other"}'),
  ],
])('%s are never touched, fresh or not', async (_what, put) => {
  const directory = temporaryDirectory();
  put(directory);
  const before = readdirSync(directory);
  for (const fresh of [false, true])
    await expect(openDataDirectory(directory, { fresh })).rejects.toThrow(/holds no run of this program/);
  expect(readdirSync(directory)).toEqual(before);
});

test('a fresh start leaves what others put beside the run', async () => {
  const directory = temporaryDirectory();
  (await openDataDirectory(directory)).close();
  writeFileSync(path.join(directory, 'notes.txt'), 'mine');
  (await openDataDirectory(directory, { fresh: true })).close();
  expect(readdirSync(directory)).toContain('notes.txt');
});

test('a command that needs a run says where there is none', async () => {
  const directory = path.join(temporaryDirectory(), 'none');
  await expect(openDataDirectory(directory, { mode: 'existing' })).rejects.toThrow(`there is no run in ${directory}`);
  expect(existsSync(directory)).toBe(false);
});

test('a file is no data directory', async () => {
  const file = path.join(temporaryDirectory(), 'file');
  writeFileSync(file, '');
  await expect(openDataDirectory(file)).rejects.toThrow(LocalError);
});
