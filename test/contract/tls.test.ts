import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DocumentAlerts, type DocumentDBOptions } from '../../lambdas/adapters/alert-store-documentdb.ts';
import { type Authority, makeAuthority } from '../support/certificates.ts';
import { startWireServer, type WireServer } from '../support/mongo-wire/server.ts';
import { describeOnWireServer } from '../support/mongo-wire/suite.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'crp-tls-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const alert = {
  alert_id: hash('sha256', 'over TLS'),
  subject: { kind: 'application', user_id: 'u1', application_id: 'a1', revision: 1 },
  rule_id: 'R001',
  rule_version: 1,
  severity: 'review',
  reason: 'Risky transaction',
  evidence: {},
  policy_id: 'default',
  policy_version: '1',
  policy_digest: hash('sha256', 'policy'),
  event_time: 1_760_000_000_000,
  arrival: 1_760_000_000_500,
  position: { stream: 'credit_applications', shard: 'shardId-000000000000', seq: '1'.padStart(56, '0') },
} as const;

describeOnWireServer('the way to DocumentDB over TLS', () => {
  let authority: Authority;
  let stranger: Authority;
  let encrypted: WireServer;
  let plain: WireServer;
  const opened: DocumentAlerts[] = [];

  beforeAll(async () => {
    authority = makeAuthority(path.join(directory, 'authority'));
    stranger = makeAuthority(path.join(directory, 'stranger'));
    encrypted = await startWireServer(authority.issue('server', ['DNS:localhost']));
    plain = await startWireServer();
  });
  afterAll(async () => {
    await Promise.all(opened.map((store) => store.close()));
    await Promise.all([encrypted.stop(), plain.stop()]);
  });

  /** As the stage writes the address of its cluster. */
  const address = ({ uri }: WireServer, { tls = true, host = 'localhost' } = {}): string =>
    uri.replace('127.0.0.1', host) + (tls ? '?tls=true&retryWrites=false' : '');
  const store = (options: DocumentDBOptions): DocumentAlerts => {
    const made = new DocumentAlerts(options);
    opened.push(made);
    return made;
  };
  const inserting = (options: DocumentDBOptions) => store(options).insert([alert], new Date());

  it('is open, encrypted, where the authority of the server is trusted', async () => {
    const trusting = { uri: address(encrypted), caFile: authority.file };
    expect(await inserting(trusting)).toEqual({ inserted: 1, existing: 0 });
    expect(await store(trusting).get(alert.alert_id)).toMatchObject(alert);
  });

  // Side by side: the driver asks again for seconds before it gives up.
  it.concurrent.each<[string, () => DocumentDBOptions, RegExp]>([
    [
      'a server that neither AWS nor the web vouches for',
      () => ({ uri: address(encrypted) }),
      /self-signed certificate|unable to/,
    ],
    [
      'a server with a certificate of another authority',
      () => ({ uri: address(encrypted), caFile: stranger.file }),
      /self-signed certificate|unable to/,
    ],
    [
      'a server that has another name than its certificate',
      () => ({ uri: address(encrypted, { host: '127.0.0.1' }), caFile: authority.file }),
      /IP: 127\.0\.0\.1 is not in the cert's list|does not match certificate/,
    ],
    [
      'a server that speaks plain text, when TLS is asked for',
      () => ({ uri: address(plain), caFile: authority.file }),
      /disconnected before secure TLS connection|wrong version number|packet length too long|socket hang up|closed/,
    ],
    [
      'a server that forces TLS, when plain text is spoken',
      () => ({ uri: address(encrypted, { tls: false }) }),
      /closed|ECONNRESET|EPIPE/,
    ],
  ])('is closed to %s', async (_what, options, reason) => {
    await expect(inserting(options())).rejects.toThrow(reason);
  });
});
