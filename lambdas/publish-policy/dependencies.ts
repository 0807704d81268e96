import { S3Objects } from '../adapters/s3-objects.ts';
import { createS3 } from '../runtime/clients.ts';
import { readEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createMeter } from '../runtime/metrics.ts';
import { env as schema } from './env.ts';

const env = readEnv(schema);

export const dependencies = {
  logger: createLogger(env),
  meter: createMeter(env),
  objects: new S3Objects(createS3(), env.LOG_BUCKET),
  name: env.POLICY,
};
