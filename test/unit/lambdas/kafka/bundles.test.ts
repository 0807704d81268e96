import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, expect, it, vi } from 'vitest';
import { BUNDLE_ALIASES, REQUIRE_BANNER } from '../../../../lib/constructs/pipeline-function.ts';
import { PROJECT_ROOT } from '../../../../lib/paths.ts';
import { CONTEXT, ENVIRONMENT } from '../../../support/stream-parts.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const record = { key: 'u1', data: Buffer.from('{}').toString('base64') };
const put = { stream: 'credit_applications', records: [record] };

it.each([
  ['prepare-topics', {}, /Creating topics failed|connect/i],
  ['put-records', put, /The brokers do not say where the topic credit_applications is: PLT_KFK_/],
  ['put-records', { ...put, stream: 'other' }, /^The event is no request to put records: stream: /],
])('%s works out of a bundle: only what it is given hinders it', async (name, event, told) => {
  const folder = mkdtempSync(join(tmpdir(), 'crp-bundle-'));
  // A port that was free a moment ago, and that nobody listens on.
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => probe.once('listening', done));
  const { port } = probe.address() as { port: number };
  await new Promise((done) => probe.close(done));
  const given = { ...ENVIRONMENT, KAFKA_BROKERS: `127.0.0.1:${port}`, PARTITIONS: '2', RETENTION_HOURS: '72' };
  for (const [key, value] of Object.entries(given)) vi.stubEnv(key, value);
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const outfile = join(folder, 'index.mjs');
    await build({
      absWorkingDir: PROJECT_ROOT,
      entryPoints: [join(PROJECT_ROOT, `lambdas/${name}/handler.ts`)],
      alias: BUNDLE_ALIASES,
      banner: { js: REQUIRE_BANNER },
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node24',
      mainFields: ['module', 'main'],
      logLevel: 'error',
      outfile,
    });
    const { handler } = (await import(outfile)) as { handler: (event: object, context: object) => Promise<unknown> };
    await expect(handler(event, CONTEXT)).rejects.toThrow(told);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
