import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { createApi } from '../api/app.ts';
import type { ConsoleDeps } from '../api/deps.ts';
import { guard } from './guard.ts';

const LOOPBACK = '127.0.0.1';

export interface ConsoleOptions {
  readonly deps: ConsoleDeps;
  /** the built browser side: a folder with index.html and assets/ */
  readonly web: string;
  /** @default chosen by the system */
  readonly port?: number | undefined;
}

export interface ConsoleServer {
  readonly url: string;
  close(): Promise<void>;
}

/** The console on this machine alone. @throws Error with the code EADDRINUSE when the port is taken */
export async function serveConsole({ deps, web, port = 0 }: ConsoleOptions): Promise<ConsoleServer> {
  let bound = 0;
  const app = new Hono();
  app.use(headers);
  app.use(guard(() => bound));
  app.route('/', createApi(deps));
  app.use('/*', serveStatic({ root: web, onFound: cacheable }));
  // Every other path is a screen: the browser side reads it.
  app.get('/*', serveStatic({ root: web, path: 'index.html', onFound: cacheable }));
  app.get('/*', (request) =>
    request.text(existsSync(join(web, 'index.html')) ? 'Not found.' : `There is no built console in ${web}.`, 404),
  );
  const server = await new Promise<ReturnType<typeof serve>>((ready, failed) => {
    const opened = serve({ fetch: app.fetch, hostname: LOOPBACK, port }, () => ready(opened));
    opened.once('error', failed);
  });
  bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${LOOPBACK}:${bound}/`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

/** Nothing from elsewhere, no script or style within a page; charts set styles of single elements. */
const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    styleSrcAttr: ["'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  crossOriginResourcePolicy: 'same-origin',
  crossOriginOpenerPolicy: 'same-origin',
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
  permissionsPolicy: { camera: [], microphone: [], geolocation: [] },
  // There is no TLS on loopback, and a browser would remember it of every port.
  strictTransportSecurity: false,
});

/** Names of assets hold their hash; all else is asked for again. */
function cacheable(path: string, request: { header(name: string, value: string): void }): void {
  request.header('cache-control', /[/\\]assets[/\\]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
}
