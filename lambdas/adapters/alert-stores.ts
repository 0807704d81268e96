import * as z from 'zod';
import { createDynamoDB } from '../runtime/clients.ts';
import { EnvError } from '../runtime/env.ts';
import type { AlertStore } from './alert-store.ts';
import { DocumentAlerts } from './alert-store-documentdb.ts';
import { DynamoAlerts } from './alert-store-dynamo.ts';
import type { ReviewStore } from './review-store.ts';

/** What a function that uses the alert store needs in its environment. */
export const alertStoreEnv = z.object({
  ALERT_STORE: z.enum(['dynamodb', 'documentdb']),
  /** dynamodb */
  ALERTS_TABLE: z.string().optional(),
  /** documentdb */
  DOCUMENTDB_URI: z.string().optional(),
  DOCUMENTDB_CA_FILE: z.string().optional(),
});

/**
 * The store that the environment names.
 *
 * @throws EnvError when what that store needs is missing
 */
export function openAlertStore(env: z.output<typeof alertStoreEnv>): AlertStore & ReviewStore {
  if (env.ALERT_STORE === 'documentdb')
    return new DocumentAlerts({
      uri: needed('DOCUMENTDB_URI', env.DOCUMENTDB_URI),
      ...(env.DOCUMENTDB_CA_FILE === undefined ? {} : { caFile: env.DOCUMENTDB_CA_FILE }),
    });
  return new DynamoAlerts(createDynamoDB(), needed('ALERTS_TABLE', env.ALERTS_TABLE));
}

function needed(key: string, value: string | undefined): string {
  if (value === undefined) throw new EnvError([{ key, problem: 'is missing' }]);
  return value;
}
