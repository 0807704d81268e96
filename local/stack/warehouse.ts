import { escapeIdentifier, escapeLiteral } from 'pg';
import type { CloudModel } from '../assembly/model.ts';
import { LocalError } from '../errors.ts';
import { type PostgresServer, SUPERUSER } from '../servers/postgres.ts';

/** The database and role that the functions' templates name. */
export interface WarehouseNames {
  readonly database: string;
  readonly user: string;
}

/** @throws LocalError when the functions do not agree, which one warehouse cannot serve */
export function warehouseNames(model: CloudModel): WarehouseNames {
  const one = (key: string, otherwise: string): string => {
    const named = new Set(model.functions.flatMap(({ environment }) => environment[key] ?? []));
    if (named.size > 1)
      throw new LocalError(
        `functions name several values of ${key}: ${[...named].sort().join(', ')}`,
        'the local stack has one warehouse; give all functions the same',
      );
    return [...named][0] ?? otherwise;
  };
  return { database: one('PGDATABASE', 'postgres'), user: one('PGUSER', SUPERUSER) };
}

/**
 * Makes database and role unless they are there. The role owns the database and may make roles, as the master user
 * of RDS does: no superuser. Its password is the cluster's, so that one password file serves.
 */
export async function prepareWarehouse(server: PostgresServer, names: WarehouseNames): Promise<void> {
  const client = await server.connect();
  try {
    const exists = async (query: string, value: string) => (await client.query(query, [value])).rowCount !== 0;
    const user = escapeIdentifier(names.user);
    if (!(await exists('select 1 from pg_roles where rolname = $1', names.user))) {
      await client.query(`create role ${user} login createrole createdb password ${escapeLiteral(server.password)}`);
      // Who copies on the server or looks at activity on RDS has these too.
      await client.query(`grant pg_monitor to ${user} with admin option`);
    }
    if (!(await exists('select 1 from pg_database where datname = $1', names.database)))
      await client.query(`create database ${escapeIdentifier(names.database)} owner ${user}`);
  } finally {
    await client.end();
  }
}
