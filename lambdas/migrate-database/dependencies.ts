import { ADMINISTRATOR } from '../../core/contract/environment.ts';
import { connectAdministrator, connectAdministratorByIam, isRefusedLogin } from '../adapters/postgres.ts';
import { type Login, readLogin, withLogin } from '../adapters/secrets.ts';
import { surroundings } from '../batch/surroundings.ts';
import { createSecretsManager } from '../runtime/clients.ts';
import { readEnv } from '../runtime/env.ts';
import { env as schema } from './env.ts';

const env = readEnv(schema);
const secret = env.ADMINISTRATOR_SECRET_ARN;
const reportsSecret = env.REPORTS_SECRET_ARN;

export const dependencies = {
  ...surroundings(env),
  role: { user: env.PGUSER, database: env.PGDATABASE },
  reader: env.READER_USER ?? null,
  /** null where nobody asks for reports with a password */
  reports:
    reportsSecret === undefined
      ? null
      : {
          login: () => readLogin(createSecretsManager(), reportsSecret),
          connect: (login: Login) => connectAdministrator(env, login),
        },
  /** null where there is nobody to ask */
  administrator:
    secret === undefined
      ? null
      : () =>
          withLogin(
            () => readLogin(createSecretsManager(), secret),
            (login) => connectAdministrator(env, login),
            isRefusedLogin,
          ).catch((error: unknown) => {
            if (!isRefusedLogin(error)) throw error;
            return connectAdministratorByIam(env, ADMINISTRATOR);
          }),
};
