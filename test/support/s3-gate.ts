import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between functions and S3, and cuts the calls that it is told to: S3 has another protocol than the rest. */
export async function startS3Gate(upstream: string, isCut: (method: string, path: string) => boolean) {
  const agent = new Agent({ keepAlive: true });
  let cut = 0;
  const server = createServer((incoming, outgoing) => {
    if (isCut(incoming.method ?? '', incoming.url ?? '')) {
      cut += 1;
      incoming.socket.destroy();
      return;
    }
    const { connection: _connection, ...headers } = incoming.headers;
    const passed = request(new URL(incoming.url ?? '/', upstream), { method: incoming.method, headers, agent });
    passed.once('error', () => incoming.socket.destroy());
    passed.once('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** how many calls were cut */
    cut: () => cut,
    async close(): Promise<void> {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}
