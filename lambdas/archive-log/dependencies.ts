import { ACTIVITY, APPLICATIONS, type StreamName } from '../../core/contract/streams.ts';
import { S3Objects } from '../adapters/s3-objects.ts';
import { createS3 } from '../runtime/clients.ts';
import { readEnv } from '../runtime/env.ts';
import { PipelineError } from '../runtime/errors.ts';
import { createLogger } from '../runtime/logger.ts';
import { createMeter } from '../runtime/metrics.ts';
import { env as schema } from './env.ts';

const env = readEnv(schema);

export const dependencies = {
  logger: createLogger(env),
  meter: createMeter(env),
  objects: new S3Objects(createS3(), env.LOG_BUCKET),
  /** @throws PipelineError for a stream that is neither of the two */
  streamOf(arn: string): StreamName {
    if (arn === env.APPLICATIONS_STREAM_ARN) return APPLICATIONS;
    if (arn === env.ACTIVITY_STREAM_ARN) return ACTIVITY;
    throw new PipelineError(`The log is not kept for the stream ${arn}.`);
  },
};
