import { randomBytes, randomUUID } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { LOOPBACK } from '../process/ports.ts';

const BASE = '/2018-06-01/runtime';
/** Largest answer of a function that Lambda passes on. */
export const MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100;

/** What a function's process says through the Runtime API. */
export interface RuntimeError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}
export type Outcome =
  | { readonly payload: string; readonly error?: undefined }
  | { readonly payload: string; readonly error: RuntimeError };

export interface RuntimeEvents {
  /** the process asks for its first or next event */
  onIdle(): void;
  onOutcome(requestId: string, outcome: Outcome): void;
  onInitError(error: RuntimeError): void;
}

/**
 * The Lambda Runtime API for one execution environment. On Lambda each environment sees an endpoint of its own, so
 * the path carries no identity; here each gets a port.
 */
export class RuntimeApi {
  private readonly server: http.Server;
  private readonly events: RuntimeEvents;
  private readonly functionArn: string;
  private waiting: http.ServerResponse | undefined;
  private current: string | undefined;

  constructor(functionArn: string, events: RuntimeEvents) {
    this.functionArn = functionArn;
    this.events = events;
    this.server = http.createServer((request, response) => void this.handle(request, response));
    this.server.keepAliveTimeout = 0;
    this.server.requestTimeout = 0;
  }

  /** @returns the value of AWS_LAMBDA_RUNTIME_API */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, LOOPBACK, resolve));
    return `${LOOPBACK}:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** Hands an event to the process that waits for one. @returns the request's id */
  dispatch(payload: Buffer, deadline: number): string {
    const response = this.waiting;
    if (response === undefined) throw new Error('the execution environment is not waiting for an event');
    this.waiting = undefined;
    this.current = randomUUID();
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': payload.length,
      'lambda-runtime-aws-request-id': this.current,
      'lambda-runtime-deadline-ms': String(deadline),
      'lambda-runtime-invoked-function-arn': this.functionArn,
      'lambda-runtime-trace-id': traceId(),
    });
    response.end(payload);
    return this.current;
  }

  private async handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const path = request.url?.startsWith(BASE) ? request.url.slice(BASE.length) : '';
    if (request.method === 'GET' && path === '/invocation/next') {
      this.waiting = response;
      response.once('close', () => {
        if (this.waiting === response) this.waiting = undefined;
      });
      this.events.onIdle();
      return;
    }
    const body = await readBody(request);
    if (request.method === 'POST' && path === '/init/error') {
      reply(response, 202, { status: 'OK' });
      this.events.onInitError(parseError(body));
      return;
    }
    const match = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path);
    if (request.method !== 'POST' || match === null) return reply(response, 404, { errorType: 'NotFound' });
    const [, id, kind] = match;
    if (id === undefined || id !== this.current)
      return reply(response, 400, { errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' });
    this.current = undefined;
    if (kind === 'error') {
      reply(response, 202, { status: 'OK' });
      this.events.onOutcome(id, { payload: body.toString(), error: parseError(body) });
    } else if (body.length > MAX_RESPONSE_BYTES) {
      const error = {
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
      };
      reply(response, 413, { ...error, errorType: 'RequestEntityTooLarge' });
      this.events.onOutcome(id, { payload: JSON.stringify(error), error });
    } else {
      reply(response, 202, { status: 'OK' });
      this.events.onOutcome(id, { payload: body.toString() });
    }
  }
}

function reply(response: http.ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function readBody(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // The process died while it spoke; its exit tells.
  }
  return Buffer.concat(chunks);
}

function parseError(body: Buffer): RuntimeError {
  try {
    const { errorType, errorMessage, trace } = JSON.parse(body.toString()) as Partial<RuntimeError>;
    return { errorType: errorType ?? 'Error', errorMessage: errorMessage ?? '', ...(trace ? { trace } : {}) };
  } catch {
    return { errorType: 'Runtime.Unknown', errorMessage: 'the function reported an error that is not JSON' };
  }
}

/** `Root=1-<seconds>-<96 bits>;Parent=<64 bits>;Sampled=0`: nothing samples here. */
function traceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}
