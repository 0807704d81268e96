import { type Client, escapeIdentifier } from 'pg';

/**
 * Makes the role that functions log in as, owner of its database. On RDS it may log in by IAM and by nothing else.
 * Run again it changes nothing.
 *
 * @param client the administrator's connection to the database
 */
export async function prepareRole(
  client: Client,
  { user, database }: { user: string; database: string },
): Promise<void> {
  const role = await makeLogin(client, user);
  // To hand the database over, one must be a member of the new owner.
  await client.query(`grant ${role} to current_user`);
  await client.query(`alter database ${escapeIdentifier(database)} owner to ${role}`);
  await client.query(`revoke ${role} from current_user`);
  await client.query(
    `do $$ begin
       if exists (select from pg_available_extensions where name = 'pgaudit') then
         create extension if not exists pgaudit;
       end if;
     end $$`,
  );
}

/** What a reader sees. Not `restricted`: who is who stays with those who must know. */
const READABLE = ['dw', 'ops', 'staging', 'bi'] as const;

/**
 * Makes the role that reads: it owns nothing and, on RDS, logs in by IAM alone.
 *
 * @param client the administrator's connection
 */
export async function prepareReader(client: Client, user: string): Promise<void> {
  const role = await makeLogin(client, user);
  await client.query(`alter role ${role} set default_transaction_read_only = on`);
  await client.query(`alter role ${role} set statement_timeout = '50s'`);
}

/**
 * Lets the reader read the tables that there are and those of later migrations.
 *
 * @param client the owner's connection
 */
export async function grantReading(client: Client, user: string): Promise<void> {
  const role = escapeIdentifier(user);
  for (const schema of READABLE) {
    await client.query(`grant usage on schema ${schema} to ${role}`);
    await client.query(`grant select on all tables in schema ${schema} to ${role}`);
    await client.query(`alter default privileges in schema ${schema} grant select on tables to ${role}`);
  }
}

/**
 * A role that may log in; on RDS by IAM and by nothing else. One that is there stays.
 *
 * @returns its name as statements write it
 */
async function makeLogin(client: Client, user: string): Promise<string> {
  const role = escapeIdentifier(user);
  const { rows } = await client.query<{ name: string }>(
    `select rolname as name from pg_roles where rolname in ($1, 'rds_iam')`,
    [user],
  );
  const there = (name: string): boolean => rows.some((row) => row.name === name);
  if (!there(user)) await client.query(`create role ${role} login`);
  if (there('rds_iam')) await client.query(`grant rds_iam to ${role}`);
  return role;
}
