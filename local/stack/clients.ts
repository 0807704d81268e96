import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Endpoints } from '../data/run-file.ts';

/** Any will do: no endpoint here checks them. */
export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

export interface Clients {
  readonly kinesis: KinesisClient;
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
  readonly sns: SNSClient;
}

/** The official clients, pointed at the embedded endpoints. A service that was not started has a client that fails. */
export function createClients(endpoints: Partial<Endpoints> & { readonly region: string }): Clients {
  const common = (endpoint: string | undefined) => ({
    region: endpoints.region,
    credentials: CREDENTIALS,
    endpoint: endpoint ?? 'http://127.0.0.1:9',
    // The default for Kinesis is HTTP/2, which no local server speaks.
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 2_000,
      httpAgent: { keepAlive: true, maxSockets: 32 },
    }),
  });
  const clients: Clients = {
    kinesis: new KinesisClient(common(endpoints.kinesis)),
    dynamodb: new DynamoDBClient(common(endpoints.dynamodb)),
    sns: new SNSClient(common(endpoints.sns)),
    s3: new S3Client({
      ...common(endpoints.s3),
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    }),
  };
  // The SDK prepares every request and answer for a logger, also where there is none, at the price of the call itself.
  for (const client of Object.values(clients))
    (client as { middlewareStack: { remove(name: string): boolean } }).middlewareStack.remove('loggerMiddleware');
  return clients;
}

export function destroyClients(clients: Clients): void {
  for (const client of Object.values(clients)) (client as { destroy(): void }).destroy();
}

/** The same addresses for a process of its own: what an SDK client reads from its environment. */
export function clientEnvironment(endpoints: Partial<Endpoints> & { readonly region: string }): Record<string, string> {
  const { kinesis, dynamodb, s3, sns } = endpoints;
  const urls = {
    AWS_ENDPOINT_URL_KINESIS: kinesis,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    AWS_ENDPOINT_URL_S3: s3,
    AWS_ENDPOINT_URL_SNS: sns,
  };
  return {
    AWS_REGION: endpoints.region,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    ...Object.fromEntries(Object.entries(urls).flatMap(([key, url]) => (url === undefined ? [] : [[key, url]]))),
  };
}
