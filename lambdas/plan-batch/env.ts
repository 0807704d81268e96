import { batchLogEnv } from '../batch/environment.ts';
import { reachEnv } from '../runtime/reach.ts';

export const env = batchLogEnv.extend(reachEnv.shape);
