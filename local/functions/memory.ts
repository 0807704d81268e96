import { readFileSync } from 'node:fs';

function statusMb(pid: number, field: 'VmHWM' | 'VmRSS'): number {
  try {
    const kib = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? 0 : Number(kib) / 1024;
  } catch {
    return 0;
  }
}

/** Most memory that the process ever had resident, in MiB: the kernel keeps the mark, no sample can miss it. */
export const peakMemoryMb = (pid: number): number => statusMb(pid, 'VmHWM');

/** Memory that is resident now, in MiB; 0 when there is no such process. */
export const residentMemoryMb = (pid: number): number => statusMb(pid, 'VmRSS');
