import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LocalError } from '../errors.ts';
import { trySignal } from '../process/warden.ts';

export const LOCK_FILE = 'lock';

interface Holder {
  readonly pid: number;
  /** when the process started, in clock ticks since boot: a pid alone may be another program's by now */
  readonly started: string;
  readonly command: string;
}

export interface Lock {
  release(): void;
}

/**
 * Takes the directory's lock; a lock whose process is dead is taken over.
 *
 * @throws LocalError naming the pid of the process that holds it
 */
export function acquireLock(directory: string): Lock {
  const file = path.join(directory, LOCK_FILE);
  const mine: Holder = {
    pid: process.pid,
    started: startOf(process.pid),
    command: process.argv.slice(1, 4).join(' '),
  };
  const draft = `${file}.${process.pid}`;
  const text = `${JSON.stringify(mine)}\n`;
  try {
    for (;;) {
      writeFileSync(draft, text);
      if (tryLink(draft, file)) break;
      const holder = readHolder(file);
      if (holder === undefined) continue;
      if (isAlive(holder)) throw inUse(directory, holder);
      removeStale(file, holder);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  const release = (): void => {
    process.off('exit', release);
    if (readHolder(file)?.pid === process.pid) rmSync(file, { force: true });
  };
  process.on('exit', release);
  return { release };
}

/** @returns who holds the directory now, if anybody alive does */
export function lockHolder(directory: string): Holder | undefined {
  const holder = readHolder(path.join(directory, LOCK_FILE));
  return holder !== undefined && isAlive(holder) ? holder : undefined;
}

function inUse(directory: string, { pid, command }: Holder): LocalError {
  const who = pid === process.pid ? 'this process' : `process ${pid} (${command})`;
  return new LocalError(
    `the data directory ${directory} is in use by ${who}`,
    'stop that one first (Ctrl-C, or kill its pid), or name another directory with --data',
  );
}

/** A link appears whole or not at all, and fails when the name is taken. */
function tryLink(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Two may find the same stale lock; the rename gives it to one, who looks again at what he got before he drops it. */
function removeStale(file: string, stale: Holder): void {
  const taken = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, taken);
  } catch {
    return;
  }
  const got = readHolder(taken);
  if (got !== undefined && (got.pid !== stale.pid || got.started !== stale.started)) tryLink(taken, file);
  rmSync(taken, { force: true });
}

/** @returns undefined when there is no lock; nobody when it cannot be read, as after a crash of the machine */
function readHolder(file: string): Holder | undefined {
  try {
    const { pid, started, command } = JSON.parse(readFileSync(file, 'utf8')) as Holder;
    return { pid: Number(pid) || 0, started: String(started), command: String(command) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return { pid: 0, started: '', command: '' };
  }
}

function isAlive({ pid, started }: Holder): boolean {
  return pid > 0 && trySignal(pid, 0) && startOf(pid) === started && !isZombie(pid);
}

/** Fields of /proc/PID/stat after the command, which may itself hold spaces and brackets. */
function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
const startOf = (pid: number): string => statOf(pid)[19] ?? '';
const isZombie = (pid: number): boolean => statOf(pid)[0] === 'Z';
