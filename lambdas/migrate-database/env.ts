import * as z from 'zod';
import { batchEnv } from '../batch/environment.ts';

export const env = batchEnv.extend({
  /** login of the server's administrator, who makes the pipeline's role; without it the role is there already */
  ADMINISTRATOR_SECRET_ARN: z.string().optional(),
  /** role that may read and nothing else; made where the pipeline's is */
  READER_USER: z.string().optional(),
  /** login of who asks the reports' views with a password; made where there is one */
  REPORTS_SECRET_ARN: z.string().optional(),
});
