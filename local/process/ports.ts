import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalError, messageOf } from '../errors.ts';
import { logTail, type Managed } from './managed.ts';

export const LOOPBACK = '127.0.0.1';

function tryListen(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(port, LOOPBACK, () => {
      const chosen = (probe.address() as net.AddressInfo).port;
      probe.close(() => resolve(chosen));
    });
  });
}

/**
 * @param wanted a port that the user asked for, or undefined: the system chooses one
 * @throws LocalError naming service and port when the wanted port cannot be had
 */
export async function choosePort(service: string, wanted: number | undefined): Promise<number> {
  if (wanted === undefined) return tryListen(0);
  try {
    return await tryListen(wanted);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why = code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used (${code})`;
    throw new LocalError(
      `${service}: port ${wanted} on ${LOOPBACK} ${why}`,
      'choose another port, or leave the option out: a free one is found by itself',
      { cause: error },
    );
  }
}

/**
 * Starts a server on a port. Between choosing a free one and listening on it another program may take it: then another
 * is chosen. A port that was asked for is tried once.
 *
 * @throws LocalError when the wanted port is taken, or the server does not start
 */
export async function onPort<T>(
  service: string,
  wanted: number | undefined,
  start: (port: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await choosePort(service, wanted));
    } catch (error) {
      const lost = wanted === undefined && attempt < 5 && /in use|could not bind/i.test(messageOf(error));
      if (!lost) throw error;
    }
  }
}

/** @returns whether something listens there */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, LOOPBACK, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Waits until `ready` holds. Fails at once when the process ends, with the end of its log. */
export async function waitUntilReady(
  service: string,
  child: Managed,
  logFile: string,
  ready: () => Promise<boolean>,
  timeoutMs = 30_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await ready())) {
    if (!child.running || Date.now() > deadline) {
      const why = child.running ? `did not answer within ${timeoutMs / 1000} s` : 'ended while starting';
      await child.stop(0);
      throw new LocalError(`${service} ${why}`, `its log is ${logFile}; the last lines:\n    ${logTail(logFile)}`);
    }
    await sleep(10);
  }
}
