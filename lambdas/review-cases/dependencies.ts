import { openAlertStore } from '../adapters/alert-stores.ts';
import { type Audited, ReviewDesk } from '../adapters/review-desk.ts';
import { readSnapshot, type Statement } from '../adapters/warehouse-reader.ts';
import { surroundings } from '../batch/surroundings.ts';
import { readEnv } from '../runtime/env.ts';
import { env as schema } from './env.ts';

const env = readEnv(schema);
const { logger, meter, warehouse } = surroundings(env);

export const dependencies = {
  logger,
  meter,
  desk: new ReviewDesk({
    store: openAlertStore(env),
    warehouse: {
      read: async (statements: readonly Statement[]) => readSnapshot(await warehouse.client(), statements),
    },
    audit: ({ action, ...entry }: Audited) => logger.info('Decided by a person', { action, ...entry }),
    now: () => new Date(),
  }),
};
