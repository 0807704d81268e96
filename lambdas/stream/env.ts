import * as z from 'zod';
import { alertStoreEnv } from '../adapters/alert-stores.ts';
import { WRITING } from '../adapters/dynamo-writes.ts';
import { commonEnv } from '../runtime/env.ts';
import { reachEnv } from '../runtime/reach.ts';

export const env = commonEnv
  .extend({
    LOG_BUCKET: z.string(),
    CUSTOMERS_TABLE: z.string(),
    HISTORY_WRITES: z.enum(WRITING),
    ALERT_TOPIC_ARN: z.string(),
  })
  .extend(alertStoreEnv.shape)
  .extend(reachEnv.shape);
