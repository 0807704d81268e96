import { Interrupted } from './errors.ts';
import { say } from './ui.ts';

/** What is left is killed by then: whoever presses Ctrl-C waits five seconds at most. */
const PATIENCE_MS = 4_500;

/**
 * Runs work that Ctrl-C, SIGTERM and SIGHUP end: the signal is aborted, the work cleans up and throws Interrupted.
 * A signal that comes again meanwhile changes nothing (a terminal sends it to the whole group of processes).
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) return;
    say('\nStopping …');
    controller.abort();
    setTimeout(() => process.exit(130), PATIENCE_MS).unref();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, onSignal);
  try {
    return await work(controller.signal);
  } catch (error) {
    // What was cut off fails in all sorts of ways; the cause is the signal.
    if (controller.signal.aborted) throw new Interrupted();
    throw error;
  } finally {
    for (const name of signals) process.off(name, onSignal);
  }
}

/** The promise's result, unless the signal comes first. */
export async function orInterrupted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  if (signal.aborted) throw new Interrupted();
  const { promise: interrupted, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(new Interrupted());
  signal.addEventListener('abort', stop, { once: true });
  // Whichever loses must not become an unhandled rejection.
  interrupted.catch(() => {});
  promise.catch(() => {});
  try {
    return await Promise.race([promise, interrupted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
