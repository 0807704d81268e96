import { spawn, type StdioOptions } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { release, trySignal, watch } from './warden.ts';

export interface LaunchOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly cwd?: string;
  readonly uid?: number;
  /** asks the process to end in order @default SIGTERM */
  readonly stopSignal?: NodeJS.Signals;
  /** ends it at once when this process ends without having stopped it @default SIGKILL */
  readonly exitSignal?: NodeJS.Signals;
  /** kills it at once when it is aborted; for a start that is broken off */
  readonly signal?: AbortSignal | undefined;
  /** give the caller the process's file descriptor 3, by which it reports (its port, that it is ready) */
  readonly report?: boolean;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process of ours: leads its own group (Ctrl-C does not reach it), has a log, and never outlives us. */
export interface Managed {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  readonly running: boolean;
  readonly report: Readable | undefined;
  /** Asks it to end, waits `graceMs`, then kills it. Resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

/** @throws when the command cannot be started at all */
export async function launch(options: LaunchOptions): Promise<Managed> {
  const stopSignal = options.stopSignal ?? 'SIGTERM';
  const log = openSync(options.logFile, 'a', 0o600);
  const stdio: StdioOptions = ['ignore', log, log, ...(options.report === true ? (['pipe'] as const) : [])];
  const child = spawn(options.command, [...options.args], {
    env: { ...options.env },
    stdio,
    detached: true,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const pid = child.pid as number;
  watch(pid, options.exitSignal ?? 'SIGKILL');

  let running = true;
  const abort = (): void => void trySignal(pid, options.exitSignal ?? 'SIGKILL');
  if (options.signal?.aborted === true) abort();
  options.signal?.addEventListener('abort', abort, { once: true });

  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      running = false;
      options.signal?.removeEventListener('abort', abort);
      release(pid);
      resolve({ code, signal });
    });
  });
  return {
    pid,
    exited,
    get running() {
      return running;
    },
    report: options.report === true ? (child.stdio[3] as Readable) : undefined,
    signal: (signal) => void (running && trySignal(pid, signal)),
    async stop(graceMs) {
      if (!running) return;
      trySignal(pid, stopSignal);
      const killer = setTimeout(() => trySignal(pid, 'SIGKILL'), graceMs);
      await exited;
      clearTimeout(killer);
    },
  };
}

/** The last lines of a log, for an error message about a server that did not start. */
export function logTail(file: string, lines = 5): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n    ');
  } catch {
    return '(no log)';
  }
}
