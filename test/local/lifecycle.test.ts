import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { nodeBinary } from '../../local/process/node-binary.ts';
import { openDataDirectory, runningStack } from '../../local/index.ts';
import { writeSmallApp } from './support/stack.ts';
import { eventually, processesOf, temporaryDirectory } from './support/temporary.ts';

const UP = path.join(import.meta.dirname, 'support', 'up.ts');

interface Program {
  readonly root: string;
  readonly data: string;
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** The program of support/up.ts, once it has said `line`. */
async function program(line: string, root = temporaryDirectory()): Promise<Program> {
  const data = path.join(root, 'data');
  const args = ['--disable-warning=ExperimentalWarning', UP, data, writeSmallApp(root)];
  const child = spawn(nodeBinary(), args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  for await (const said of createInterface({ input: child.stdout as NonNullable<ChildProcess['stdout']> }))
    if (said === line) return { root, data, child, ended };
    else if (said !== 'starting') throw new Error(said);
  throw new Error('it ended before it was up');
}

test.each([
  ['SIGINT', 'up', 130],
  ['SIGTERM', 'up', 143],
  ['SIGINT', 'starting', 130],
] as const)('%s when it is %s stops everything within five seconds', async (signal, line, code) => {
  const { root, data, child, ended } = await program(line);
  const before = Date.now();
  // A terminal sends Ctrl-C to the whole group, and a parent passes it on: it comes twice.
  child.kill(signal);
  child.kill(signal);
  expect(await ended).toEqual({ code, signal: null });
  // A process that was killed may be on its way out still.
  await eventually(() => processesOf(root).length === 0);
  expect(Date.now() - before).toBeLessThan(5_000);
  expect(existsSync(path.join(data, 'lock'))).toBe(false);
});

test('what a killed program started is gone soon after, and the next start takes over', async () => {
  const { root, data, child, ended } = await program('up');
  expect(runningStack(data)?.up.pid).toBe(child.pid);
  expect(processesOf(root).length).toBeGreaterThan(4);
  child.kill('SIGKILL');
  await ended;
  await eventually(() => processesOf(root).length === 0);
  expect(existsSync(path.join(data, 'lock'))).toBe(true);
  expect(runningStack(data)).toBeUndefined();
  const again = await program('up', root);
  again.child.kill('SIGTERM');
  expect(await again.ended).toEqual({ code: 143, signal: null });
});

test('two programs do not share a data directory', async () => {
  const { root, data, child } = await program('up');
  await expect(program('up', root)).rejects.toThrow(`the data directory ${data} is in use by process ${child.pid}`);
  await expect(openDataDirectory(data, { fresh: true })).rejects.toThrow(String(child.pid));
  expect(JSON.parse(readFileSync(path.join(data, 'run.json'), 'utf8'))).toMatchObject({ up: { pid: child.pid } });
});
