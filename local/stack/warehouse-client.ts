import { readFileSync } from 'node:fs';
import { Client, Pool } from 'pg';
import type { Endpoints } from '../data/run-file.ts';
import { parsePassword } from '../servers/postgres.ts';

/** A connection to the warehouse in the role of the functions; the caller ends it. */
export async function connectWarehouse(endpoint: Endpoints['postgres']): Promise<Client> {
  const { host, port, user, database, passfile } = endpoint;
  const password = parsePassword(readFileSync(passfile, 'utf8'));
  const client = new Client({ host, port, user, database, password });
  // A server that goes away while a connection idles is told to whoever queries next.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** As many of them as a console needs that several people look at. */
export function warehousePool({ host, port, user, database, passfile }: Endpoints['postgres']): Pool {
  const password = parsePassword(readFileSync(passfile, 'utf8'));
  return new Pool({ host, port, user, database, password, max: 6, connectionTimeoutMillis: 5_000 });
}

/** The same for a process: what libpq and the functions' adapter read. */
export const warehouseEnvironment = ({ host, port, user, database, passfile }: Endpoints['postgres']) => ({
  PGHOST: host,
  PGPORT: String(port),
  PGUSER: user,
  PGDATABASE: database,
  PGPASSFILE: passfile,
});
