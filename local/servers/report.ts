import { createInterface } from 'node:readline';
import { writeSync } from 'node:fs';
import net from 'node:net';
import { LocalError } from '../errors.ts';
import { logTail, type Managed } from '../process/managed.ts';

/** File descriptor on which a server of ours tells the port it listens on. */
const REPORT_FD = 3;

/** Called in the server's process once it listens. */
export function reportPort(port: number): void {
  writeSync(REPORT_FD, `${port}\n`);
}

/** Called in the server's process when it cannot listen. */
export function reportFailure(error: NodeJS.ErrnoException): void {
  writeSync(REPORT_FD, `error ${error.code ?? ''} ${error.message}\n`);
}

/** The library listens on every interface; what we host is for this machine only. */
export function listenOnLoopbackOnly(): void {
  const listen = net.Server.prototype.listen as (this: net.Server, ...args: unknown[]) => net.Server;
  net.Server.prototype.listen = function (this: net.Server, ...args: unknown[]) {
    const [first] = args;
    if (typeof first === 'object' && first !== null && 'port' in first) Object.assign(first, { host: '127.0.0.1' });
    return listen.apply(this, args);
  } as typeof net.Server.prototype.listen;
}

/**
 * Waits for the port that the server's process reports.
 * @throws LocalError when it reports a failure or ends before
 */
export async function reportedPort(service: string, child: Managed, logFile: string): Promise<number> {
  if (child.report === undefined) throw new Error(`${service} was started without a report`);
  for await (const line of createInterface({ input: child.report })) {
    if (!line.startsWith('error ')) return Number(line);
    await child.stop(500);
    throw new LocalError(`${service} could not start: ${line.slice(6)}`, `its log is ${logFile}`);
  }
  await child.exited;
  throw new LocalError(
    `${service} ended while starting`,
    `its log is ${logFile}; the last lines:\n    ${logTail(logFile)}`,
  );
}
