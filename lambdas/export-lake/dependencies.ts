import { Lake } from '../adapters/lake.ts';
import { surroundings } from '../batch/surroundings.ts';
import { createS3 } from '../runtime/clients.ts';
import { readEnv } from '../runtime/env.ts';
import { env as schema } from './env.ts';

const env = readEnv(schema);

export const dependencies = { ...surroundings(env), lake: new Lake(createS3(), env.LAKE_BUCKET) };
