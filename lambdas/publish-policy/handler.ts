import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { publishFirst } from '../adapters/documents.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { dependencies } from './dependencies.ts';

const { objects, name, logger } = dependencies;

/** Beside the bundle, or else in the source tree. */
const FOLDER = process.env['LAMBDA_TASK_ROOT'] ?? path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** `{}`: publishes the policy that the stage is deployed with, unless one is in force. */
export const handler = lambdaHandler(dependencies, async (): Promise<{ digest: string; was: string }> => {
  const text = readFileSync(path.join(FOLDER, 'policies', `${name}.json`), 'utf8');
  const { policy, was } = await publishFirst(objects, text, Date.now());
  logger.info('The policy of the deployment', {
    policy: policy.id,
    version: policy.version,
    digest: policy.digest,
    was,
  });
  return { digest: policy.digest, was };
});
