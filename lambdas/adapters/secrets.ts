import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { PipelineError } from '../runtime/errors.ts';

const login = z.object({ username: z.string(), password: z.string() });
export type Login = z.output<typeof login>;

/**
 * The administrator's login as RDS and DocumentDB keep it. Read when it is needed and never kept: it turns over.
 *
 * @throws PipelineError when the secret holds something else; what it holds is not told
 */
export async function readLogin(client: SecretsManagerClient, arn: string): Promise<Login> {
  const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
  try {
    return login.parse(JSON.parse(text ?? ''));
  } catch {
    throw new PipelineError(`The secret ${arn} holds no user name and password.`);
  }
}
