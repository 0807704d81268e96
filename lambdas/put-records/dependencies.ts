import { iamConnection } from '../adapters/kafka-iam.ts';
import { readEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createMeter } from '../runtime/metrics.ts';
import { env as schema } from './env.ts';

const env = readEnv(schema);

export const dependencies = {
  logger: createLogger(env),
  meter: createMeter(env),
  connection: iamConnection(env.KAFKA_BROKERS),
};
