import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalError } from '../errors.ts';
import { isUnused } from './contents.ts';
import { acquireLock, LOCK_FILE, lockHolder } from './lock.ts';
import { newRun, readAnyRun, readRun, RUN_FILE, type RunFile, writeRun } from './run-file.ts';

/** What we put into a data directory; `fresh` removes these and nothing else. */
const OURS = ['postgres', 'kinesis', 'dynamodb', 's3', 'checkpoints', 'logs', 'console.key', RUN_FILE];

export interface OpenOptions {
  /**
   * `new`: it must be empty, or hold a run on whose streams nothing ever arrived, or be replaced by `fresh`; `keep`: go on with what it holds, or
   * begin; `existing`: it must hold a run.
   * @default keep
   */
  readonly mode?: 'new' | 'keep' | 'existing';
  /** throw away the run that it holds @default false */
  readonly fresh?: boolean;
  /** written to a new run.json, and brought up to date by a stack @default unknown */
  readonly codeVersion?: string;
  /** how long to wait for another process that uses it for a moment (a query) @default 0 */
  readonly patienceMs?: number;
}

/** A data directory that is ours alone until it is closed. */
export interface DataDirectory {
  readonly path: string;
  readonly run: RunFile;
  /** folder of a part, made when it is missing */
  folder(name: 'kinesis' | 'dynamodb' | 's3' | 'postgres' | 'checkpoints' | 'logs'): string;
  logFile(name: string): string;
  /** changes run.json */
  update(change: Partial<RunFile>): void;
  /** gives the lock back, and says in run.json that nothing is up */
  close(): void;
}

/**
 * @throws LocalError when it is in use, written by another version, holds something that is not ours, or holds a run
 *   where a new one was asked for
 */
export async function openDataDirectory(directory: string, options: OpenOptions = {}): Promise<DataDirectory> {
  const root = path.resolve(directory);
  const mode = options.mode ?? 'keep';
  if (mode === 'existing' && readAnyRun(root) === undefined)
    throw new LocalError(
      `there is no run in ${root}`,
      existsSync(root) ? 'name the directory of a run with --data' : 'start one first: npm start',
    );
  makeDirectory(root);
  refuseForeign(root);
  const lock = await patiently(() => acquireLock(root), options.patienceMs ?? 0);
  try {
    if (options.fresh === true || (mode === 'new' && readAnyRun(root) !== undefined && isUnused(root))) wipe(root);
    let run = readRun(root);
    if (run !== undefined && mode === 'new')
      throw new LocalError(
        `the data directory ${root} holds a run of ${run.created}`,
        'give --fresh to replace it, or name another directory with --data',
      );
    if (run === undefined) {
      run = newRun(options.codeVersion ?? 'unknown');
      writeRun(root, run);
    }
    const state = { run };
    const update = (change: Partial<RunFile>): void => {
      state.run = { ...state.run, ...change };
      writeRun(root, state.run);
    };
    return {
      path: root,
      get run() {
        return state.run;
      },
      folder: (name) => {
        const folder = path.join(root, name);
        mkdirSync(folder, { recursive: true });
        return folder;
      },
      logFile: (name) => {
        mkdirSync(path.join(root, 'logs'), { recursive: true });
        return path.join(root, 'logs', `${name}.log`);
      },
      update,
      close: () => {
        const { up, ...rest } = state.run;
        if (up !== undefined && existsSync(root)) writeRun(root, (state.run = rest));
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** @returns run.json of a directory whose stack is up in another process, if one is */
export function runningStack(directory: string): (RunFile & { readonly up: NonNullable<RunFile['up']> }) | undefined {
  const root = path.resolve(directory);
  const run = readAnyRun(root);
  if (run?.up === undefined || lockHolder(root)?.pid !== run.up.pid) return undefined;
  return readRun(root) as RunFile & { readonly up: NonNullable<RunFile['up']> };
}

function makeDirectory(root: string): void {
  try {
    // What lies in it is personal data: nobody else's to read.
    mkdirSync(root, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new LocalError(`the data directory ${root} cannot be made`, 'name another one with --data', { cause });
  }
  if (!statSync(root).isDirectory()) throw new LocalError(`${root} is not a directory`, 'name another one with --data');
}

/** Whatever is not empty and not ours is never touched, with or without `fresh`. */
function refuseForeign(root: string): void {
  if (readAnyRun(root) !== undefined) return;
  const found = readdirSync(root).filter((name) => !name.startsWith(LOCK_FILE));
  if (found.length > 0)
    throw new LocalError(
      `${root} is not empty and holds no run of this program (${found.slice(0, 3).join(', ')}${found.length > 3 ? ', …' : ''})`,
      'name an empty or a new directory with --data; nothing in it was touched',
    );
}

function wipe(root: string): void {
  for (const name of OURS) rmSync(path.join(root, name), { recursive: true, force: true });
}

async function patiently<T>(attempt: () => T, patienceMs: number): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (Date.now() >= deadline) throw error;
      await sleep(100);
    }
  }
}
