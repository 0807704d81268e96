import { alertStoreEnv } from '../adapters/alert-stores.ts';
import { batchEnv } from '../batch/environment.ts';

/** The warehouse is read in the role of readers. */
export const env = batchEnv.extend(alertStoreEnv.shape);
