import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { random, type Random } from '../../cli/generate/random.ts';
import { type Json, parted } from './parted-calls.ts';

/** A call of a service of AWS in its JSON protocol. */
export interface Call {
  /** `PutRecords`, `TransactWriteItems` … */
  readonly operation: string;
  readonly body: Json;
  /** the body as it came, to look for a name in it */
  readonly text: string;
}

/** What becomes of a call, each as it happens on AWS. */
export type Fate =
  /** refused by an answer that the service gives; nothing of it was done */
  | { readonly kind: 'refused'; readonly status: number; readonly type: string; readonly more?: Json }
  /** the service is not there */
  | { readonly kind: 'cut' }
  /** done, but the answer got lost */
  | { readonly kind: 'lost' }
  /** some of its records, keys or statements are not done, each with this probability, and the answer says which */
  | { readonly kind: 'parted'; readonly share: number };

/** @returns undefined for a call that goes through */
export type Decision = (call: Call, rng: Random) => Fate | undefined;

export interface FaultProxy {
  readonly url: string;
  /** how many calls met each fate, and how many went through */
  readonly met: Readonly<Record<Fate['kind'] | 'untouched', number>>;
  close(): Promise<void>;
}

/** Throughput of a table or a shard is used up. DynamoDB and Kinesis say so with 400 … */
export const EXCEEDED = { kind: 'refused', status: 400, type: 'ProvisionedThroughputExceededException' } as const;
/** … and what stands before them with 429. */
export const TOO_MANY = { kind: 'refused', status: 429, type: 'ThrottlingException' } as const;

/**
 * Stands between clients and a real server of the JSON protocol and lets things go wrong, by a seed: the decisions come
 * in the same order in each run, though not upon the same calls.
 */
export async function startFaultProxy(upstream: string, seed: string, decide: Decision): Promise<FaultProxy> {
  const rng = random(seed);
  const agent = new Agent({ keepAlive: true });
  const met = { refused: 0, cut: 0, lost: 0, parted: 0, untouched: 0 };

  const forward = (incoming: IncomingMessage, body: Buffer): Promise<{ answer: IncomingMessage; content: Buffer }> =>
    new Promise((resolve, reject) => {
      const { host: _host, connection: _connection, ...headers } = incoming.headers;
      const outgoing = request(upstream, {
        method: incoming.method,
        path: incoming.url,
        agent,
        headers: { ...headers, 'content-length': body.length },
      });
      outgoing.once('error', reject);
      outgoing.once('response', (answer: IncomingMessage) => {
        content(answer).then((bytes) => resolve({ answer, content: bytes }), reject);
      });
      outgoing.end(body);
    });

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await content(incoming);
    const call = readCall(incoming, body);
    const fate = decide(call, rng);
    met[fate?.kind ?? 'untouched']++;
    switch (fate?.kind) {
      case 'refused': {
        const refusal = { __type: `com.amazonaws#${fate.type}`, message: 'Rate exceeded', ...fate.more };
        tell(outgoing, fate.status, Buffer.from(JSON.stringify(refusal)), incoming.headers['content-type']);
        return;
      }
      case 'cut':
        incoming.socket.destroy();
        return;
      case 'lost':
        await forward(incoming, body);
        incoming.socket.destroy();
        return;
      case 'parted': {
        const { done, merged } = parted(call.operation, call.body, () => rng.chance(fate.share));
        const answer = done === null ? null : await forward(incoming, Buffer.from(JSON.stringify(done)));
        // The service itself may have refused what was left.
        const status = answer?.answer.statusCode ?? 200;
        const told =
          answer === null || status === 200
            ? Buffer.from(
                JSON.stringify(merged(answer === null ? {} : (JSON.parse(answer.content.toString()) as Json))),
              )
            : answer.content;
        tell(outgoing, status, told, incoming.headers['content-type']);
        return;
      }
      default: {
        const { answer, content: bytes } = await forward(incoming, body);
        tell(outgoing, answer.statusCode ?? 502, bytes, answer.headers['content-type']);
      }
    }
  };

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    met,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

async function content(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function readCall({ headers }: IncomingMessage, body: Buffer): Call {
  const text = body.toString();
  return {
    operation: String(headers['x-amz-target']).split('.').at(-1) as string,
    body: JSON.parse(text) as Json,
    text,
  };
}

function tell(outgoing: ServerResponse, status: number, body: Buffer, type = 'application/x-amz-json-1.1'): void {
  outgoing.writeHead(status, { 'content-type': type, 'content-length': body.length });
  outgoing.end(body);
}
