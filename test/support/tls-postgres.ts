import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { type Authority, handOver, makeAuthority } from './certificates.ts';
import { SERVER_UID, startPostgres, type TestServer } from './postgres.ts';

/** A PostgreSQL server that takes nobody but who comes over TLS, as RDS with rds.force_ssl does. */
export interface TlsPostgres {
  readonly port: number;
  /** whose certificate the server has */
  readonly authority: Authority;
  /** whose certificate it has not */
  readonly stranger: Authority;
  /** scratch files of the test's own lie here */
  readonly directory: string;
  /** the superuser's connection, made before the server shut its door to plain text */
  readonly superuser: Client;
  stop(): Promise<void>;
}

/**
 * Its certificate is good for `localhost` and not for its number.
 *
 * @param rules further lines of pg_hba.conf, before the last, which asks everybody on TLS for a password
 */
export async function startTlsPostgres(rules: readonly string[] = []): Promise<TlsPostgres> {
  const directory = mkdtempSync(path.join(tmpdir(), 'crp-tls-'));
  chmodSync(directory, 0o755);
  const authority = makeAuthority(path.join(directory, 'authority'));
  const stranger = makeAuthority(path.join(directory, 'stranger'));
  const certificate = authority.issue('server', ['DNS:localhost']);
  handOver(certificate, SERVER_UID);
  const hba = path.join(directory, 'pg_hba.conf');
  writeFileSync(hba, 'host all all 127.0.0.1/32 trust\n', { mode: 0o644 });
  const server = await startPostgres([
    'fsync=off',
    `hba_file=${hba}`,
    'ssl=on',
    `ssl_cert_file=${certificate.certificateFile}`,
    `ssl_key_file=${certificate.keyFile}`,
  ]);
  const superuser = await server.connect();
  writeFileSync(hba, [...rules, 'hostssl all all 127.0.0.1/32 scram-sha-256', ''].join('\n'));
  await superuser.query('select pg_reload_conf()');
  // The server takes the file up in its own time.
  while (await takesPlainText(server)) await sleep(10);
  return {
    port: server.port,
    authority,
    stranger,
    directory,
    superuser,
    async stop() {
      await superuser.end();
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const takesPlainText = (server: TestServer): Promise<boolean> =>
  server.connect().then(
    async (client) => {
      await client.end();
      return true;
    },
    () => false,
  );
