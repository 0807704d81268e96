import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { iamConnection, iamToken } from '../../../../lambdas/adapters/kafka-iam.ts';

const NOW = Date.UTC(2026, 10, 21, 5, 6, 7, 890);
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const opened = (token: string): URL => new URL(Buffer.from(token, 'base64url').toString());

/** The SDK's signer over Node's own hashes. */
class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(secret?: string | Uint8Array) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
}

describe('the token for MSK', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ['of a user', KEYS],
    ['of a role', { ...KEYS, sessionToken: "IQoJb3JpZ2luX2VjEH0a/+=(*'!)" }],
  ])('is signed as the SDK signs it, with keys %s', async (_whose, credentials) => {
    const signer = new SignatureV4({
      service: 'kafka-cluster',
      region: 'eu-central-1',
      credentials,
      sha256: Sha256 as never,
      applyChecksum: false,
    });
    const host = 'kafka.eu-central-1.amazonaws.com';
    const { query } = await signer.presign(
      {
        method: 'GET',
        protocol: 'https:',
        hostname: host,
        path: '/',
        headers: { host },
        query: { Action: 'kafka-cluster:Connect' },
      },
      { expiresIn: 900, signingDate: new Date(NOW) },
    );
    const url = opened(iamToken('eu-central-1', credentials, NOW));
    expect(url.origin + url.pathname).toBe(`https://${host}/`);
    expect(Object.fromEntries(url.searchParams)).toEqual({ ...query, 'User-Agent': 'credit-risk-pipeline' });
  });

  it('is made anew for each login, with the keys that the function has then, and sent over TLS alone', async () => {
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'session-1');
    const { bootstrapBrokers, tls, sasl } = iamConnection('b-1.x:9098,b-2.x:9098');
    expect({ bootstrapBrokers, tls }).toEqual({ bootstrapBrokers: ['b-1.x:9098', 'b-2.x:9098'], tls: {} });
    const token = sasl?.token as () => string;
    expect(opened(token()).searchParams.get('X-Amz-Security-Token')).toBe('session-1');
    vi.stubEnv('AWS_SESSION_TOKEN', 'session-2');
    expect(opened(token()).searchParams.get('X-Amz-Security-Token')).toBe('session-2');
    vi.stubEnv('AWS_ACCESS_KEY_ID', '');
    expect(token).toThrow(/no credentials/);
  });
});
