import { lambdaHandler } from '../runtime/handler.ts';
import { dependencies } from './dependencies.ts';
import { prepareUsers } from './users.ts';

const { logger, grants, asAdministrator } = dependencies;

/** `{}`: lets the functions' roles log in to the alert store, each for what it may do. */
export const handler = lambdaHandler(dependencies, async (): Promise<{ readonly users: number }> => {
  await asAdministrator((external) => prepareUsers(external, grants));
  logger.info('The alert store knows its users', { users: grants.length });
  return { users: grants.length };
});
