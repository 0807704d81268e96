import * as z from 'zod';
import { batchEnv } from '../batch/environment.ts';

export const env = batchEnv.extend({ LAKE_BUCKET: z.string() });
