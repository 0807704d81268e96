import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectAdministrator, connectPostgres, type WarehouseEnv } from '../../lambdas/adapters/postgres.ts';
import { startPostgres, type TestServer } from '../support/postgres.ts';
import { startTlsPostgres, type TlsPostgres } from '../support/tls-postgres.ts';

const PASSWORD = 'of the test alone';
let server: TlsPostgres;
let plain: TestServer;
let passfile: string;

beforeAll(async () => {
  // No server here can check a token of IAM: whether the client may be sure of the server is settled before it is sent.
  server = await startTlsPostgres(['hostssl all by_iam 127.0.0.1/32 trust']);
  plain = await startPostgres(['fsync=off', 'ssl=off']);
  await server.superuser.query('create role by_iam login');
  await server.superuser.query(`create role by_password login password '${PASSWORD}'`);
  passfile = path.join(server.directory, 'pgpass');
  writeFileSync(passfile, `*:*:*:by_password:${PASSWORD}\n`, { mode: 0o600 });
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([server.stop(), plain.stop()]);
});

const address = (env: Partial<WarehouseEnv> = {}): WarehouseEnv => ({
  PGHOST: 'localhost',
  PGPORT: server.port,
  PGUSER: 'by_iam',
  PGDATABASE: 'postgres',
  ...env,
});

/** Every way in which the product connects; `ca` is the file of the authorities to trust, or undefined: AWS's. */
const doors = [
  {
    door: 'a function that logs in by IAM',
    user: 'by_iam',
    connect: (ca: string | undefined, env: Partial<WarehouseEnv> = {}) =>
      connectPostgres(address({ WAREHOUSE_AUTH: 'iam', ...trusting(ca), ...env }), 'test'),
  },
  {
    door: 'the administrator',
    user: 'by_password',
    connect: (ca: string | undefined, env: Partial<WarehouseEnv> = {}) =>
      connectAdministrator(address({ ...trusting(ca), ...env }), { username: 'by_password', password: PASSWORD }),
  },
];
const trusting = (ca: string | undefined): Partial<WarehouseEnv> => (ca === undefined ? {} : { PGSSLROOTCERT: ca });

describe.each(doors)('$door', ({ user, connect }) => {
  it('comes in, encrypted, where the authority of the server is trusted', async () => {
    const client = await connect(server.authority.file);
    const { rows } = await client.query(
      'select current_user as "user", ssl, version from pg_stat_ssl where pid = pg_backend_pid()',
    );
    expect(rows).toEqual([{ user, ssl: true, version: 'TLSv1.3' }]);
    await client.end();
  });

  it('turns away from a server that neither AWS nor the web vouches for', async () => {
    await expect(connect(undefined)).rejects.toMatchObject({
      code: expect.stringMatching(/^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_)/),
    });
  });

  it('turns away from a server with a certificate of another authority', async () => {
    await expect(connect(server.stranger.file)).rejects.toMatchObject({
      code: expect.stringMatching(/^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_)/),
    });
  });

  it('turns away from a server that has another name than its certificate', async () => {
    await expect(connect(server.authority.file, { PGHOST: '127.0.0.1' })).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it('turns away from a server that speaks plain text', async () => {
    await expect(connect(server.authority.file, { PGPORT: plain.port })).rejects.toThrow(
      'The server does not support SSL connections',
    );
  });
});

describe('a password from a file', () => {
  const env = (more: Partial<WarehouseEnv>) => address({ PGUSER: 'by_password', PGPASSFILE: passfile, ...more });

  it('is not taken in plain text by a server that forces TLS', async () => {
    vi.stubEnv('PGPASSFILE', passfile);
    await expect(connectPostgres(env({}), 'test')).rejects.toMatchObject({
      code: '28000',
      message: expect.stringContaining('no encryption'),
    });
  });

  it('goes over TLS, verified, as soon as an authority is named', async () => {
    vi.stubEnv('PGPASSFILE', passfile);
    const client = await connectPostgres(env({ PGSSLROOTCERT: server.authority.file }), 'test');
    const { rows } = await client.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
    expect(rows).toEqual([{ ssl: true }]);
    await client.end();
    await expect(connectPostgres(env({ PGSSLROOTCERT: server.stranger.file }), 'test')).rejects.toMatchObject({
      code: expect.stringMatching(/^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_)/),
    });
  });
});
