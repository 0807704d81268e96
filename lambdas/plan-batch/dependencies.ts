import { logObjects } from '../batch/log-objects.ts';
import { surroundings } from '../batch/surroundings.ts';
import { readEnv } from '../runtime/env.ts';
import { reachOf } from '../runtime/reach.ts';
import { env as schema } from './env.ts';

const env = readEnv(schema);

export const dependencies = {
  ...surroundings(env),
  objects: logObjects(env),
  reach: reachOf(env),
  freshWithinMinutes: env.FRESH_WITHIN_MINUTES,
};
