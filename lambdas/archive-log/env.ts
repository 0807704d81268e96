import * as z from 'zod';
import { commonEnv } from '../runtime/env.ts';

export const env = commonEnv.extend({
  LOG_BUCKET: z.string(),
  APPLICATIONS_STREAM_ARN: z.string(),
  ACTIVITY_STREAM_ARN: z.string(),
});
