import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

interface Times {
  readonly own: number;
  readonly reaped: number;
  readonly parent: number;
}

/** utime + stime, cutime + cstime and the parent's id of a process (proc(5), /proc/pid/stat), or null when it is gone. */
function times(pid: number | string): Times | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').map(Number);
    return { own: fields[11]! + fields[12]!, reaped: fields[13]! + fields[14]!, parent: fields[1]! };
  } catch {
    return null;
  }
}

/** CPU seconds of a process, of its children that ended and of those that live. */
export function cpuSecondsOfTree(pid: number): number {
  const root = times(pid);
  if (!root) return 0;
  let ticks = root.own + root.reaped;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const child = times(entry);
    if (child?.parent === pid) ticks += child.own + child.reaped;
  }
  return ticks / TICKS_PER_SECOND;
}

/** CPU seconds of this process, all its threads. */
export function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Resident memory of a process now, and the most it ever was, in MiB. */
export function residentMiB(pid: number | 'self'): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return { now: kib('VmRSS') / 1024, peak: kib('VmHWM') / 1024 };
}
