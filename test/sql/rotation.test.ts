import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectAdministrator, isRefusedLogin, Warehouse, type WarehouseEnv } from '../../lambdas/adapters/postgres.ts';
import { readLogin, withLogin } from '../../lambdas/adapters/secrets.ts';
import { startTlsPostgres, type TlsPostgres } from '../support/tls-postgres.ts';

let server: TlsPostgres;
let env: WarehouseEnv;
let passfile: string;

beforeAll(async () => {
  server = await startTlsPostgres();
  await server.superuser.query('create role pipeline login');
  env = {
    PGHOST: 'localhost',
    PGPORT: server.port,
    PGUSER: 'pipeline',
    PGDATABASE: 'postgres',
    PGSSLROOTCERT: server.authority.file,
  };
  passfile = path.join(server.directory, 'pgpass');
  vi.stubEnv('PGPASSFILE', passfile);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

const changePassword = (password: string) => server.superuser.query(`alter role pipeline password '${password}'`);
const keepPassword = (password: string): void =>
  writeFileSync(passfile, `*:*:*:pipeline:${password}\n`, { mode: 0o600 });

describe('a secret that is turned over between our reading it and the server’s asking for it', () => {
  let service: Server;
  let client: SecretsManagerClient;
  /** what the secret holds at each reading, the last for ever */
  let held: string[];
  let readings: number;

  /** Secrets Manager as far as it is asked here: GetSecretValue in its own protocol. */
  beforeAll(async () => {
    service = createServer((request, response) => {
      request.resume().once('end', () => {
        const password = held[Math.min(readings, held.length - 1)];
        readings += 1;
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify({ SecretString: JSON.stringify({ username: 'pipeline', password }) }));
      });
    }).listen(0, '127.0.0.1');
    await once(service, 'listening');
    client = new SecretsManagerClient({
      endpoint: `http://127.0.0.1:${(service.address() as AddressInfo).port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      requestHandler: new NodeHttpHandler(),
    });
  });
  afterAll(async () => {
    client.destroy();
    service.close();
    await once(service, 'close');
  });
  beforeEach(async () => {
    readings = 0;
    await changePassword('new');
  });

  const connect = (more: Partial<WarehouseEnv> = {}) =>
    withLogin(
      () => readLogin(client, 'arn:of:the:secret'),
      (login) => connectAdministrator({ ...env, ...more }, login),
      isRefusedLogin,
      0,
    );
  const userOf = async (connecting: ReturnType<typeof connect>): Promise<unknown> => {
    const connection = await connecting;
    const { rows } = await connection.query('select current_user as "user"');
    await connection.end();
    return rows[0];
  };

  it('is read once more', async () => {
    held = ['old', 'new'];
    expect(await userOf(connect())).toEqual({ user: 'pipeline' });
    expect(readings).toBe(2);
  });

  it('is read once only while it is right', async () => {
    held = ['new'];
    expect(await userOf(connect())).toEqual({ user: 'pipeline' });
    expect(readings).toBe(1);
  });

  it('is not asked for a third time', async () => {
    held = ['old', 'older', 'new'];
    await expect(connect()).rejects.toMatchObject({ code: '28P01' });
    expect(readings).toBe(2);
  });

  it('is not asked for again when something else is wrong', async () => {
    held = ['new'];
    await expect(connect({ PGSSLROOTCERT: server.stranger.file })).rejects.not.toMatchObject({ code: '28P01' });
    expect(readings).toBe(1);
  });
});

describe('a password that changes while a function holds a connection', () => {
  let warehouse: Warehouse;
  beforeEach(async () => {
    await changePassword('first');
    keepPassword('first');
    warehouse = new Warehouse(env, 'rotated');
    return () => warehouse.end();
  });

  /** As a fail-over does to every connection. */
  const cut = () =>
    server.superuser.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'rotated'`,
    );
  const pid = async (): Promise<number | undefined> =>
    (await warehouse.query<{ pid: number }>('select pg_backend_pid() as pid'))[0]?.pid;

  it('does not disturb the connection, and the next one is made with the new password', async () => {
    const before = await pid();
    await changePassword('second');
    keepPassword('second');
    expect(await pid()).toBe(before);
    await cut();
    const after = await pid();
    expect(after).not.toBe(before);
    const { rows } = await server.superuser.query(
      `select pid from pg_stat_activity where application_name = 'rotated'`,
    );
    expect(rows).toEqual([{ pid: after }]);
  });

  it('fails until the new one is known, and not for ever', async () => {
    await pid();
    await changePassword('second');
    await cut();
    await expect(pid()).rejects.toMatchObject({ code: '28P01' });
    keepPassword('second');
    expect(await pid()).toBeTypeOf('number');
  });
});
