import * as z from 'zod';
import { warehouseEnv } from '../adapters/postgres.ts';
import { commonEnv } from '../runtime/env.ts';

/** What every function of the batch knows. */
export const batchEnv = commonEnv.extend(warehouseEnv.shape);

/** … and those that read or write the log bucket. */
export const batchLogEnv = batchEnv.extend({ LOG_BUCKET: z.string() });
