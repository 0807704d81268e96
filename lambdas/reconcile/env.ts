import * as z from 'zod';
import { batchEnv } from '../batch/environment.ts';
import { reachEnv } from '../runtime/reach.ts';

export const env = batchEnv.extend({
  APPLICATIONS_STREAM_NAME: z.string(),
  ACTIVITY_STREAM_NAME: z.string(),
  /** where the brokers are, where Kafka carries the streams: their names are topics then */
  KAFKA_BROKERS: z.string().optional(),
  /** seconds by which the log may lag behind the stream; 0 where the batch waits for the log, as it does locally */
  LOG_LAG_SECONDS: z.coerce.number().int().min(0).default(0),
  ...reachEnv.shape,
});
