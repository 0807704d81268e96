import { type Client, escapeIdentifier, escapeLiteral } from 'pg';
import { isRefusedLogin } from '../adapters/postgres.ts';
import type { Login } from '../adapters/secrets.ts';

export interface ReportsLogins {
  /** with the login that is wanted; it is ended here */
  reports(): Promise<Client>;
  /** it is ended here */
  administrator(): Promise<Client>;
}

/**
 * Makes the role that asks the reports' views with a password, or gives it that password. The administrator is asked
 * only where the login does not work as it is. The role belongs to no other: of a member of a role that logs in by IAM,
 * RDS takes no password.
 *
 * @returns whether the administrator was needed
 */
export async function prepareReports({ reports, administrator }: ReportsLogins, login: Login): Promise<boolean> {
  if (await works(reports)) return false;
  const client = await administrator();
  try {
    await makeLogin(client, login);
  } finally {
    await client.end();
  }
  return true;
}

async function works(connect: ReportsLogins['reports']): Promise<boolean> {
  try {
    await (await connect()).end();
    return true;
  } catch (error) {
    if (isRefusedLogin(error)) return false;
    throw error;
  }
}

async function makeLogin(client: Client, { username, password }: Login): Promise<void> {
  const role = escapeIdentifier(username);
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [username]);
  const verb = rowCount === 0 ? 'create' : 'alter';
  await client.query(`${verb} role ${role} login password ${escapeLiteral(password)}`);
  // A refresh takes long, and must not hold the views for ever.
  await client.query(`alter role ${role} set statement_timeout = '15min'`);
}

/**
 * Lets the role read the views of reports, those that there are and those of later versions, and nothing else.
 *
 * @param client the owner's connection
 */
export async function grantReports(client: Client, user: string): Promise<void> {
  const role = escapeIdentifier(user);
  await client.query(`grant usage on schema bi to ${role}`);
  await client.query(`grant select on all tables in schema bi to ${role}`);
  await client.query(`alter default privileges in schema bi grant select on tables to ${role}`);
}
