import { refusedFrom } from '../../core/contract/reach.ts';
import { openAlertStore } from '../adapters/alert-stores.ts';
import { AlertTopic } from '../adapters/alert-topic.ts';
import { Policies } from '../adapters/documents.ts';
import { DynamoCustomers } from '../adapters/dynamo-customers.ts';
import { S3Objects } from '../adapters/s3-objects.ts';
import { createDynamoDB, createS3, createSNS } from '../runtime/clients.ts';
import { readEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createMeter } from '../runtime/metrics.ts';
import { reachOf } from '../runtime/reach.ts';
import type { ConsumerParts } from './consume.ts';
import { env as schema } from './env.ts';

/** Built once, when a function starts. */
export function streamDependencies(): ConsumerParts {
  const env = readEnv(schema);
  const logger = createLogger(env);
  const meter = createMeter(env);
  const objects = new S3Objects(createS3(), env.LOG_BUCKET);
  return {
    logger,
    meter,
    objects,
    policies: new Policies(objects, { logger, meter }),
    customers: new DynamoCustomers(createDynamoDB(), env.CUSTOMERS_TABLE, env.HISTORY_WRITES),
    alerts: openAlertStore(env),
    topic: new AlertTopic(createSNS(), env.ALERT_TOPIC_ARN),
    codeVersion: env.CODE_VERSION,
    refusedFromMs: refusedFrom(reachOf(env)),
  };
}
