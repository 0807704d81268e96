import * as z from 'zod';
import { commonEnv } from '../runtime/env.ts';

export const env = commonEnv.extend({
  DOCUMENTDB_URI: z.string(),
  ADMINISTRATOR_SECRET_ARN: z.string(),
  DOCUMENTDB_CA_FILE: z.string().optional(),
  /** ARNs of the roles that are let in, with commas between them, and what they may do */
  ALERT_ROLES: z.string(),
  ALERT_ROLES_MAY: z.enum(['read', 'readWrite']),
});
