import * as z from 'zod';
import { commonEnv } from '../runtime/env.ts';

export const env = commonEnv.extend({
  KAFKA_BROKERS: z.string(),
  /** of each topic, for ever */
  PARTITIONS: z.coerce.number().int().min(1),
  RETENTION_HOURS: z.coerce.number().int().min(1),
});
