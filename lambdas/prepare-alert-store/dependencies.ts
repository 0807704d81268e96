import type { Db } from 'mongodb';
import { trust } from '../adapters/alert-store-documentdb.ts';
import { readLogin } from '../adapters/secrets.ts';
import { createSecretsManager } from '../runtime/clients.ts';
import { readEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createMeter } from '../runtime/metrics.ts';
import { env as schema } from './env.ts';
import type { RoleGrant } from './users.ts';

const env = readEnv(schema);
const listed = (arns: string, may: RoleGrant['may']): RoleGrant[] =>
  arns.split(',').map((roleArn) => ({ roleArn, may }));

export const dependencies = {
  logger: createLogger(env),
  meter: createMeter(env),
  grants: [...listed(env.WRITER_ROLES, 'readWrite'), ...listed(env.READER_ROLES, 'read')],
  /** Runs `work` with the administrator's connection to `$external`. */
  async asAdministrator(work: (external: Db) => Promise<void>): Promise<void> {
    const { username, password } = await readLogin(createSecretsManager(), env.ADMINISTRATOR_SECRET_ARN);
    const { MongoClient } = await import('mongodb');
    const client = new MongoClient(env.DOCUMENTDB_URI, {
      auth: { username, password },
      retryWrites: false,
      serverSelectionTimeoutMS: 20_000,
      ...trust(env.DOCUMENTDB_URI, env.DOCUMENTDB_CA_FILE),
    });
    try {
      await client.connect();
      await work(client.db('$external'));
    } finally {
      await client.close();
    }
  },
};
