/** Signals by which a person or a supervisor asks a program to end. */
const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

const exitBy = (signal: keyof typeof SIGNALS): never => process.exit(128 + SIGNALS[signal]);

/**
 * Stops in order when asked to end, then exits with 128 + the signal's number. A second signal changes nothing: a
 * terminal sends it to the whole group, and a parent passes it on as well.
 *
 * @param stop ends everything; when it takes longer than `patienceMs` the process exits all the same, and what it
 *   started is killed with it
 * @returns a function that takes the handlers away again
 */
export function stopOnSignals(stop: () => Promise<void>, patienceMs = 4_800): () => void {
  let stopping = false;
  const handlers = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((name) => {
    const handler = (): void => {
      if (stopping) return;
      stopping = true;
      setTimeout(exitBy, patienceMs, name).unref();
      void stop().finally(() => exitBy(name));
    };
    process.on(name, handler);
    return { name, handler };
  });
  return () => {
    for (const { name, handler } of handlers) process.off(name, handler);
  };
}
