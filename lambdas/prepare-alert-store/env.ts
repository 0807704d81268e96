import * as z from 'zod';
import { commonEnv } from '../runtime/env.ts';

export const env = commonEnv.extend({
  DOCUMENTDB_URI: z.string(),
  ADMINISTRATOR_SECRET_ARN: z.string(),
  DOCUMENTDB_CA_FILE: z.string().optional(),
  /** ARNs of the roles that add alerts, and of those that read them, with commas between them */
  WRITER_ROLES: z.string(),
  READER_ROLES: z.string(),
});
