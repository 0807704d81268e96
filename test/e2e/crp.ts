import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** resolves once standard output or error has shown the text; rejects when the program ends before */
  shows(text: string): Promise<void>;
  /** standard output so far */
  stdout(): string;
  kill(signal: NodeJS.Signals): void;
}

/** Starts the command line as a user would, without a terminal. */
export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(join(root, 'node_modules/.bin/node'), ['cli/main.ts', ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      for (const watcher of watchers) watcher();
    });
  const ended = new Promise<Ended>((done) => child.on('close', (code) => done({ code, ...output })));
  return {
    pid: child.pid as number,
    ended,
    stdout: () => output.stdout,
    kill: (signal) => void child.kill(signal),
    shows: (text) =>
      new Promise((shown, failed) => {
        const look = (): void => {
          if (!`${output.stdout}${output.stderr}`.includes(text)) return;
          watchers.delete(look);
          shown();
        };
        watchers.add(look);
        void ended.then(({ code, stderr }) =>
          failed(new Error(`ended with ${code} before it showed "${text}":\n${stderr}`)),
        );
        look();
      }),
  };
}

/** Runs the command line to its end. */
export const crp = (...args: string[]): Promise<Ended> => start(args).ended;
