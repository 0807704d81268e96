import { ACTIVITY, APPLICATIONS } from '../../core/contract/streams.ts';
import { KinesisPositions } from '../adapters/stream-positions.ts';
import { surroundings } from '../batch/surroundings.ts';
import { createKinesis } from '../runtime/clients.ts';
import { readEnv } from '../runtime/env.ts';
import { reachOf } from '../runtime/reach.ts';
import { env as schema } from './env.ts';

const env = readEnv(schema);
const kinesis = createKinesis();

export const dependencies = {
  ...surroundings(env),
  sources: {
    [APPLICATIONS]: new KinesisPositions(kinesis, env.APPLICATIONS_STREAM_NAME),
    [ACTIVITY]: new KinesisPositions(kinesis, env.ACTIVITY_STREAM_NAME),
  },
  settings: { logLagSeconds: env.LOG_LAG_SECONDS, reach: reachOf(env) },
};
