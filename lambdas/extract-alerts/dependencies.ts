import { openAlertStore } from '../adapters/alert-stores.ts';
import { surroundings } from '../batch/surroundings.ts';
import { readEnv } from '../runtime/env.ts';
import { env as schema } from './env.ts';

const env = readEnv(schema);

export const dependencies = { ...surroundings(env), alerts: openAlertStore(env) };
