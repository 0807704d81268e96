import { S3Objects } from '../adapters/s3-objects.ts';
import { Warehouse, type WarehouseEnv } from '../adapters/postgres.ts';
import { createS3 } from '../runtime/clients.ts';
import type { CommonEnv } from '../runtime/env.ts';
import { createLogger, type Logger } from '../runtime/logger.ts';
import { createMeter, type Meter } from '../runtime/metrics.ts';

/** What a function of the batch works with: built once, when it starts. */
export interface Surroundings {
  readonly logger: Logger;
  readonly meter: Meter;
  readonly warehouse: Warehouse;
}

export function surroundings(env: CommonEnv & WarehouseEnv): Surroundings {
  return {
    logger: createLogger(env),
    meter: createMeter(env),
    warehouse: new Warehouse(env, env.POWERTOOLS_SERVICE_NAME),
  };
}

export const logObjects = (env: { readonly LOG_BUCKET: string }): S3Objects =>
  new S3Objects(createS3(), env.LOG_BUCKET);
