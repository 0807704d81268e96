import { setTimeout as sleep } from 'node:timers/promises';
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

/** The server has the new password before the secret does. */
const LAG_MS = 2_000;

/**
 * Connects with the login that a secret holds. It may turn over between our reading it and the server's asking for it:
 * when the server refuses it, it is read once more and tried once more. No oftener: what is wrong then stays wrong, and
 * a server may lock out who insists.
 *
 * @param isRefused whether an error of `connect` says that the login was not accepted
 * @throws what `read` or `connect` threw last
 */
export async function withLogin<T>(
  read: () => Promise<Login>,
  connect: (login: Login) => Promise<T>,
  isRefused: (error: unknown) => boolean,
  lagMs = LAG_MS,
): Promise<T> {
  try {
    return await connect(await read());
  } catch (error) {
    if (!isRefused(error)) throw error;
    await sleep(lagMs);
    return connect(await read());
  }
}
