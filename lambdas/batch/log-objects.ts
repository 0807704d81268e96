import { S3Objects } from '../adapters/s3-objects.ts';
import { createS3 } from '../runtime/clients.ts';

/** The log bucket. Beside the surroundings and not among them: most functions of the batch have no business there. */
export const logObjects = (env: { readonly LOG_BUCKET: string }): S3Objects =>
  new S3Objects(createS3(), env.LOG_BUCKET);
