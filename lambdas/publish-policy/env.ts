import * as z from 'zod';
import { commonEnv } from '../runtime/env.ts';

export const env = commonEnv.extend({
  LOG_BUCKET: z.string(),
  /** name of a document that lies beside the code, without .json */
  POLICY: z.string(),
});
