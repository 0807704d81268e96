import { Warehouse, type WarehouseEnv } from '../adapters/postgres.ts';
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
