import { surroundings } from '../batch/surroundings.ts';
import { readEnv } from '../runtime/env.ts';
import { env as schema } from './env.ts';

export const dependencies = surroundings(readEnv(schema));
