import type { MiddlewareHandler } from 'hono';
import { ConsoleError } from '../api/errors.ts';

/** Names by which this machine calls itself; a name that an attacker had resolve to it is none of them. */
const NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Lets in only who asks for this machine by its own name, from a page of this console or from no page at all: another
 * site's page can reach a server on loopback, also under a name of its own (DNS rebinding).
 */
export function guard(port: () => number): MiddlewareHandler {
  return async (request, next) => {
    const hosts = NAMES.map((name) => `${name}:${port()}`);
    const host = request.req.header('host') ?? '';
    if (!hosts.includes(host))
      return refuse(
        'forbidden_host',
        'This console is not served under that name.',
        `Open http://127.0.0.1:${port()}/`,
      );
    const origin = request.req.header('origin');
    const site = request.req.header('sec-fetch-site');
    const navigates = request.req.method === 'GET' && request.req.header('sec-fetch-mode') === 'navigate';
    // A link on another page may lead here; what that page reads or sends by itself may not.
    const isForeign =
      (origin !== undefined && origin !== `http://${host}`) ||
      (site !== undefined &&
        site !== 'same-origin' &&
        site !== 'none' &&
        !(navigates && !request.req.path.startsWith('/api/')));
    if (isForeign) return refuse('forbidden_origin', 'Another site may not read or change anything here.', null);
    await next();
    return undefined;
  };
}

function refuse(code: 'forbidden_host' | 'forbidden_origin', message: string, hint: string | null): Response {
  const error = new ConsoleError(code, message, hint);
  return Response.json(error.toJSON(), { status: error.status });
}
