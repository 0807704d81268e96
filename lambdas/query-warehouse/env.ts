import { batchEnv } from '../batch/environment.ts';

export const env = batchEnv;
