import { surroundings } from '../batch/surroundings.ts';
import { readEnv } from '../runtime/env.ts';
import { env } from './env.ts';

export const dependencies = surroundings(readEnv(env));
