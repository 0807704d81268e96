import type { Client } from 'pg';
import { isRefusedLogin } from '../adapters/postgres.ts';
import { prepareReader, prepareRole } from './prepare-role.ts';

export interface Roles {
  /** owns the database; what functions log in as */
  readonly owner: { readonly user: string; readonly database: string };
  /** reads and nothing else; null where there is none */
  readonly reader: string | null;
}

export interface Logins {
  /** by IAM; it is not ours to end */
  owner(): Promise<Client>;
  /** the caller ends it */
  administrator(): Promise<Client>;
}

/**
 * Makes the roles where one is missing. The administrator is asked for that alone: whoever belongs to a role that logs in
 * by IAM, as the maker of a role does from PostgreSQL 16 on, may be refused his password by RDS from then on.
 *
 * @returns whether the administrator was needed
 */
export async function prepareRoles({ owner, administrator }: Logins, roles: Roles): Promise<boolean> {
  if (await areThere(owner, roles)) return false;
  const client = await administrator();
  try {
    await prepareRole(client, roles.owner);
    if (roles.reader !== null) await prepareReader(client, roles.reader);
  } finally {
    await client.end();
  }
  return true;
}

async function areThere(login: Logins['owner'], { reader }: Roles): Promise<boolean> {
  try {
    const { rows } = await (await login()).query<{ there: boolean }>(
      `select d.datdba = r.oid and ($1::text is null or exists (select from pg_roles where rolname = $1)) as there
       from pg_database as d, pg_roles as r
       where d.datname = current_database() and r.rolname = current_user`,
      [reader],
    );
    return rows[0]?.there === true;
  } catch (error) {
    // A role that is not there is refused like one with a wrong password.
    if (isRefusedLogin(error)) return false;
    throw error;
  }
}
