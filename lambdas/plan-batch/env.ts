import * as z from 'zod';
import { batchLogEnv } from '../batch/environment.ts';
import { reachEnv } from '../runtime/reach.ts';

export const env = batchLogEnv.extend(reachEnv.shape).extend({
  /** how long ago the last run that ended well may have been planned, for the warehouse to be fresh */
  FRESH_WITHIN_MINUTES: z.coerce.number().positive(),
});
