import { alertStoreEnv } from '../adapters/alert-stores.ts';
import { batchEnv } from '../batch/environment.ts';

export const env = batchEnv.extend(alertStoreEnv.shape);
