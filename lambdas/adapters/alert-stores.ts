import * as z from 'zod';
import { createDynamoDB } from '../runtime/clients.ts';
import type { AlertStore } from './alert-store.ts';
import { DynamoAlerts } from './alert-store-dynamo.ts';

/** What a function that uses the alert store needs in its environment. */
export const alertStoreEnv = z.object({ ALERT_STORE: z.literal('dynamodb'), ALERTS_TABLE: z.string() });

/** The store that the environment names. */
export const openAlertStore = (env: z.output<typeof alertStoreEnv>): AlertStore =>
  new DynamoAlerts(createDynamoDB(), env.ALERTS_TABLE);
