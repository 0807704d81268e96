import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleServer, serveConsole } from '../../../console/server/server.ts';

let web: string;
let served: ConsoleServer;
let port: number;

const deps = {
  warehouse: { read: () => Promise.reject(new Error('nobody there')) },
  objects: null,
  replay: null,
  desk: null,
  role: 'analyst',
  tokenKey: 'key',
  migrations: [],
  staleAfterMinutes: 1,
  liveSince: 0,
  now: Date.now,
  onError: () => {},
} as const;

beforeAll(async () => {
  web = mkdtempSync(path.join(tmpdir(), 'crp-web-'));
  mkdirSync(path.join(web, 'assets'));
  writeFileSync(path.join(web, 'index.html'), '<!doctype html><title>console</title>');
  writeFileSync(path.join(web, 'assets', 'app-1234.js'), 'export {};');
  writeFileSync(path.join(path.dirname(web), 'crp-secret.txt'), 'secret');
  served = await serveConsole({ deps, web });
  port = Number(new URL(served.url).port);
});
afterAll(async () => {
  await served.close();
  rmSync(web, { recursive: true });
  rmSync(path.join(path.dirname(web), 'crp-secret.txt'));
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Every header can be set here, the path is sent as it is. */
const ask = (at: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: at, method, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(parts).toString() }),
      );
    })
      .on('error', reject)
      .end();
  });

describe('the local host', () => {
  it('listens on this machine alone', () => {
    expect(served.url).toBe(`http://127.0.0.1:${port}/`);
  });

  it.each(['127.0.0.1', 'localhost', '[::1]'])('answers to the name %s', async (name) => {
    expect((await ask('/', { host: `${name}:${port}` })).status).toBe(200);
  });

  it.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost.evil.example:PORT',
    '169.254.169.254',
  ])('does not answer to the name %s', async (name) => {
    const host = name.replace('PORT', String(port));
    for (const at of ['/', '/api/meta', '/assets/app-1234.js']) {
      const answer = await ask(at, { host });
      expect(answer.status).toBe(403);
      expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'forbidden_host' } });
    }
  });

  it.each([
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: 'https://127.0.0.1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
  ])('does not answer a page of another site (%o)', async (headers) => {
    const answer = await ask('/api/meta', headers as Record<string, string>);
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'forbidden_origin' } });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('lets in its own page, and a link that leads here', async () => {
    const own = { origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' };
    expect((await ask('/api/meta', own)).status).toBe(503);
    expect((await ask('/fraud', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).status).toBe(200);
  });

  it('allows no site to read it, and nothing to be loaded from elsewhere', async () => {
    const preflight = await ask(
      '/api/meta',
      { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
      'OPTIONS',
    );
    expect(preflight.status).toBe(403);
    const { headers } = await ask('/');
    expect(headers['access-control-allow-origin']).toBeUndefined();
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|https?:|\*/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
  });

  it('has its files, and index.html for every screen', async () => {
    expect((await ask('/assets/app-1234.js')).headers['cache-control']).toContain('immutable');
    for (const at of ['/', '/fraud', '/applications/u1/a%2F1']) {
      const answer = await ask(at);
      expect(answer).toMatchObject({ status: 200, text: expect.stringContaining('<title>console</title>') });
      expect(answer.headers['cache-control']).toBe('no-cache');
    }
    expect((await ask('/api/nowhere')).status).toBe(404);
  });

  it.each(['/../crp-secret.txt', '/%2e%2e/crp-secret.txt', '/assets/..%2f..%2fcrp-secret.txt', '/..%5ccrp-secret.txt'])(
    'has no file beside them (%s)',
    async (at) => {
      expect((await ask(at)).text).not.toContain('secret');
    },
  );

  it('says what is wrong where the warehouse is down', async () => {
    const answer = await ask('/api/overview');
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'warehouse_down' } });
  });

  it('does not start on a port that is taken', async () => {
    await expect(serveConsole({ deps, web, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
