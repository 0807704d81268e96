/** Environment keys that every function has; the template sets them. */
export const COMMON_ENVIRONMENT = [
  'POWERTOOLS_SERVICE_NAME',
  'POWERTOOLS_METRICS_NAMESPACE',
  'POWERTOOLS_LOG_LEVEL',
  'STAGE',
  'CODE_VERSION',
] as const;

/** Which database and role of the warehouse a function uses; the template sets them. */
export const WAREHOUSE_ENVIRONMENT = ['PGDATABASE', 'PGUSER'] as const;

/** The database server's administrator: the template makes him, migrate-database logs in as him. */
export const ADMINISTRATOR = 'administrator';

/** Who asks the reports' views with a password, where QuickSight does: it knows no other way to log in. */
export const REPORTS_USER = 'quicksight';

/**
 * Where the warehouse is, on the `local` stage only: the host that starts the server knows the address and puts it
 * beside the template's environment. PGPASSFILE is a path; a password is never in an environment.
 */
export const HOST_ENVIRONMENT = ['PGHOST', 'PGPORT', 'PGPASSFILE'] as const;

/** Settings of the Node runtime, read by Node itself and by no handler. */
export const RUNTIME_ENVIRONMENT = ['NODE_OPTIONS'] as const;
