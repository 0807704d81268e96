import { resolve } from 'node:path';

/** The project's root: handlers, SQL and the lock file are found from here, whatever the working directory is. */
export const PROJECT_ROOT = resolve(import.meta.dirname, '..');
