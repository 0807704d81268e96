import type { Db, MongoClient } from 'mongodb';
import { trust } from '../adapters/alert-store-documentdb.ts';
import { type Login, readLogin, withLogin } from '../adapters/secrets.ts';
import { createSecretsManager } from '../runtime/clients.ts';
import { readEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createMeter } from '../runtime/metrics.ts';
import { env as schema } from './env.ts';
import { isRefusedLogin, type RoleGrant } from './users.ts';

const env = readEnv(schema);

async function connect({ username, password }: Login): Promise<MongoClient> {
  const { MongoClient: Client } = await import('mongodb');
  const client = new Client(env.DOCUMENTDB_URI, {
    auth: { username, password },
    retryWrites: false,
    serverSelectionTimeoutMS: 20_000,
    ...trust(env.DOCUMENTDB_URI, env.DOCUMENTDB_CA_FILE),
  });
  try {
    return await client.connect();
  } catch (error) {
    await client.close();
    throw error;
  }
}

const granted = (arns: string | undefined, may: RoleGrant['may']): readonly RoleGrant[] =>
  (arns?.split(',') ?? []).map((roleArn) => ({ roleArn, may }));

export const dependencies = {
  logger: createLogger(env),
  meter: createMeter(env),
  grants: [...granted(env.ALERT_WRITERS, 'readWrite'), ...granted(env.ALERT_READERS, 'read')],
  /** Runs `work` with the administrator's connection to `$external`. */
  async asAdministrator(work: (external: Db) => Promise<void>): Promise<void> {
    const secrets = createSecretsManager();
    const client = await withLogin(() => readLogin(secrets, env.ADMINISTRATOR_SECRET_ARN), connect, isRefusedLogin);
    try {
      await work(client.db('$external'));
    } finally {
      await client.close();
    }
  },
};
