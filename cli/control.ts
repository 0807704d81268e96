import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { type IncomingMessage, type Server, type ServerResponse, createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { StreamName } from '../core/contract/streams.ts';
import { Interrupted, UserError, errorCode, messageOf } from './errors.ts';
import type { OnDelivered, Reconciliation, Target } from './target.ts';

/** Only the process that hosts a stack can drain it or run its workflow; others ask it over a socket in the file system. */
type Request = '/drain' | '/batch' | '/full-batch';
type Line =
  | { readonly delivered: readonly [string, StreamName, number] }
  | { readonly state: string }
  | { readonly done: Reconciliation | null }
  | { readonly failed: { readonly message: string; readonly hint: string | null } };

/** The path of a socket has at most 107 bytes, so a deep data directory has it in the temporary directory. */
function socketPath(data: string): string {
  const path = join(resolve(data), 'control.sock');
  if (Buffer.byteLength(path) <= 100) return path;
  return join(tmpdir(), `crp-${createHash('sha256').update(path).digest('hex').slice(0, 24)}.sock`);
}

type Driven = Pick<Target, 'drained' | 'runWorkflow'>;

/** Takes commands of other processes of the same user until it is closed. */
export async function serveControl(data: string, target: Driven): Promise<{ close(): void }> {
  const path = socketPath(data);
  // The lock of the data directory is ours: whatever lies there was left by a process that is gone.
  rmSync(path, { force: true });
  const server = createServer((message, response) => {
    void answer(message, response, target);
  });
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((ready, failed) => {
      server.once('error', failed);
      server.listen(path, ready);
    });
  } finally {
    process.umask(mask);
  }
  return { close: () => close(server, path) };
}

function close(server: Server, path: string): void {
  server.close();
  server.closeAllConnections();
  rmSync(path, { force: true });
}

async function answer(message: IncomingMessage, response: ServerResponse, target: Driven): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const tell = (line: Line): void => void response.write(`${JSON.stringify(line)}\n`);
  try {
    let done: Reconciliation | null = null;
    if (message.url === ('/batch' satisfies Request) || message.url === ('/full-batch' satisfies Request))
      done = await target.runWorkflow((state) => tell({ state }), gone.signal, message.url === '/full-batch');
    else if (message.url === ('/drain' satisfies Request))
      await target.drained(
        (consumer, stream, delivered) => tell({ delivered: [consumer, stream, delivered] }),
        gone.signal,
      );
    else
      throw new UserError(
        `the stack does not know the request ${message.url}`,
        'It was started by another version: restart it.',
      );
    tell({ done });
  } catch (error) {
    tell({ failed: { message: messageOf(error), hint: error instanceof UserError ? error.hint : null } });
  }
  response.end();
}

/** Asks the stack that is up on a directory to drain its streams. */
export async function askToDrain(data: string, onDelivered: OnDelivered, signal: AbortSignal): Promise<void> {
  await ask(data, '/drain', (line) => 'delivered' in line && onDelivered(...line.delivered), signal);
}

/** Asks the stack that is up on a directory to run its workflow. */
export async function askToRunWorkflow(
  data: string,
  onState: (state: string) => void,
  signal: AbortSignal,
  full = false,
): Promise<Reconciliation> {
  const done = await ask(
    data,
    full ? '/full-batch' : '/batch',
    (line) => 'state' in line && onState(line.state),
    signal,
  );
  if (done === null) throw new Error('the stack returned no reconciliation');
  return done;
}

async function ask(
  data: string,
  path: Request,
  onLine: (line: Line) => void,
  signal: AbortSignal,
): Promise<Reconciliation | null> {
  const gone = (cause: unknown): Error =>
    signal.aborted
      ? new Interrupted()
      : new UserError(
          `the stack that is up on ${data} does not answer (${errorCode(cause) ?? messageOf(cause)})`,
          'Was it stopped meanwhile? Stop it, or run the command again once it is down.',
          1,
        );
  const response = await new Promise<IncomingMessage>((ready, failed) => {
    request({ socketPath: socketPath(data), path, method: 'POST', agent: false, signal }, ready)
      .on('error', failed)
      .end();
  }).catch((error: unknown) => {
    throw gone(error);
  });
  try {
    for await (const text of createInterface({ input: response })) {
      const line = JSON.parse(text) as Line;
      if ('done' in line) return line.done;
      if ('failed' in line) throw new UserError(line.failed.message, line.failed.hint, 1);
      onLine(line);
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw gone(error);
  }
  throw gone('it closed the connection');
}
