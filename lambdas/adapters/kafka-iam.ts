import { createHash, createHmac } from 'node:crypto';
import { PipelineError } from '../runtime/errors.ts';
import type { KafkaConnection } from './kafka-partitions.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** As long as MSK lets a login last; the client logs in again before that. */
const LIFETIME_SECONDS = 900;
const SERVICE = 'kafka-cluster';

/**
 * What MSK takes for a bearer token: the address of a request to connect, signed with version 4 of AWS's signatures in
 * its query (docs: "IAM access control" of MSK; the same as AWS's own signers make).
 *
 * @param now ms since 1970
 */
export function iamToken(region: string, credentials: Credentials, now: number): string {
  const host = `kafka.${region}.amazonaws.com`;
  const time = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${time.slice(0, 8)}/${region}/${SERVICE}/aws4_request`;
  const query = Object.entries({
    Action: `${SERVICE}:Connect`,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${credentials.accessKeyId}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(LIFETIME_SECONDS),
    ...(credentials.sessionToken === undefined ? {} : { 'X-Amz-Security-Token': credentials.sessionToken }),
    'X-Amz-SignedHeaders': 'host',
  })
    .map(([key, value]) => `${key}=${escaped(value)}`)
    .join('&');
  const request = ['GET', '/', query, `host:${host}`, '', 'host', sha256('')].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(request)].join('\n');
  const key = [time.slice(0, 8), region, SERVICE, 'aws4_request'].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${credentials.secretAccessKey}`),
  );
  const signed = `https://${host}/?${query}&X-Amz-Signature=${hmac(key, toSign).toString('hex')}`;
  // MSK's log tells clients apart by this; it is not signed.
  return Buffer.from(`${signed}&User-Agent=credit-risk-pipeline`).toString('base64url');
}

/** @param brokers `host:port`, with commas between them */
export function iamConnection(brokers: string): KafkaConnection {
  return {
    bootstrapBrokers: brokers.split(','),
    // The brokers' certificates are of Amazon's public authority, which Node knows.
    tls: {},
    sasl: {
      mechanism: 'OAUTHBEARER',
      token: () => iamToken(process.env['AWS_REGION'] ?? '', ofFunction(), Date.now()),
    },
  };
}

/** A function has its role's credentials in its environment, renewed by Lambda. */
function ofFunction(): Credentials {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  if (!accessKeyId || !secretAccessKey)
    throw new PipelineError('The environment has no credentials to log in to the cluster with.');
  return { accessKeyId, secretAccessKey, sessionToken };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
/** As RFC 3986 has it, which leaves out fewer characters than the web's own way. */
const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
