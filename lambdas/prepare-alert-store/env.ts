import * as z from 'zod';
import { commonEnv } from '../runtime/env.ts';

export const env = commonEnv.extend({
  DOCUMENTDB_URI: z.string(),
  ADMINISTRATOR_SECRET_ARN: z.string(),
  DOCUMENTDB_CA_FILE: z.string().optional(),
  /** ARNs of the roles that are let in, with commas between them; absent where there are none */
  ALERT_WRITERS: z.string().optional(),
  ALERT_READERS: z.string().optional(),
});
