import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/**
 * One client of a service for the life of a function. The SDK itself reads region, credentials and the addresses of
 * AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_*. Time-outs are set because the SDK's default is to wait for ever, and a
 * function that hangs is billed until it is killed.
 */
const http = () =>
  new NodeHttpHandler({
    connectionTimeout: 2_000,
    requestTimeout: 15_000,
    throwOnRequestTimeout: true,
    httpAgent: { keepAlive: true, maxSockets: 32 },
    httpsAgent: { keepAlive: true, maxSockets: 32 },
  });

/**
 * The SDK prepares every request and answer for a logger, sensitive members struck out, also where there is none:
 * an eighth of the CPU of the function that decides. Nothing here gives it a logger.
 */
export function unlogged<C extends { readonly middlewareStack: { remove(name: string): boolean } }>(client: C): C {
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}

export const createS3 = (): S3Client =>
  unlogged(
    new S3Client({
      requestHandler: http(),
      // A server at an address of our own has no bucket names in DNS, and may not know trailing checksums.
      ...((process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'])
        ? {
            forcePathStyle: true,
            requestChecksumCalculation: 'WHEN_REQUIRED' as const,
            responseChecksumValidation: 'WHEN_REQUIRED' as const,
          }
        : {}),
    }),
  );

export const createDynamoDB = (): DynamoDBClient => unlogged(new DynamoDBClient({ requestHandler: http() }));

/** NodeHttpHandler also because the SDK would otherwise speak HTTP/2, which local servers do not. */
export const createKinesis = (): KinesisClient => unlogged(new KinesisClient({ requestHandler: http() }));

export const createSecretsManager = (): SecretsManagerClient =>
  unlogged(new SecretsManagerClient({ requestHandler: http() }));

export const createSNS = (): SNSClient => unlogged(new SNSClient({ requestHandler: http() }));
