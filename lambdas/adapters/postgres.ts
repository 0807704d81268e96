import { Signer } from '@aws-sdk/rds-signer';
import { Client, DatabaseError, type QueryResultRow } from 'pg';
import pgpass from 'pgpass';
import * as z from 'zod';
import type { Login } from './secrets.ts';
import { authorities } from './trust.ts';

/**
 * How to reach the warehouse. A password is never in the environment: it comes from the file PGPASSFILE, or a token of
 * IAM stands in for it.
 */
export const warehouseEnv = z.object({
  PGHOST: z.string(),
  PGPORT: z.coerce.number().int().positive(),
  PGUSER: z.string(),
  PGDATABASE: z.string(),
  PGPASSFILE: z.string().optional(),
  WAREHOUSE_AUTH: z.enum(['passfile', 'iam']).optional(),
  /** PEM file of the authorities to trust rather than AWS's and the web's; a connection with a password is then encrypted too */
  PGSSLROOTCERT: z.string().optional(),
});
export type WarehouseEnv = z.output<typeof warehouseEnv>;

/** Opens one connection. The caller ends it. */
export async function connectPostgres(env: WarehouseEnv, applicationName: string): Promise<Client> {
  const iam = env.WAREHOUSE_AUTH === 'iam';
  const client = new Client({
    host: env.PGHOST,
    port: env.PGPORT,
    user: env.PGUSER,
    database: env.PGDATABASE,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    // pg 9 will no longer look into the file by itself.
    password: iam ? await token(env) : () => passwordFromFile(env),
    ...(iam || env.PGSSLROOTCERT !== undefined ? { ssl: verified(env) } : {}),
  });
  // Without a listener a connection that breaks while idle would end the process.
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Encrypted, and only with a server whose certificate leads to an authority that we know and bears its name. */
const verified = ({ PGSSLROOTCERT }: WarehouseEnv) => ({ ca: authorities(PGSSLROOTCERT), rejectUnauthorized: true });

/** Opens the administrator's connection. The caller ends it. */
export async function connectAdministrator(env: WarehouseEnv, { username, password }: Login): Promise<Client> {
  const client = new Client({
    host: env.PGHOST,
    port: env.PGPORT,
    user: username,
    password,
    database: env.PGDATABASE,
    connectionTimeoutMillis: 10_000,
    ssl: verified(env),
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** The same by IAM, for an administrator whose password RDS no longer takes. */
export const connectAdministratorByIam = async (env: WarehouseEnv, username: string): Promise<Client> =>
  connectAdministrator(env, { username, password: await token({ ...env, PGUSER: username }) });

const token = (env: WarehouseEnv): Promise<string> =>
  new Signer({ hostname: env.PGHOST, port: env.PGPORT, username: env.PGUSER }).getAuthToken();

function passwordFromFile({ PGHOST, PGPORT, PGUSER, PGDATABASE }: WarehouseEnv): Promise<string> {
  return new Promise((resolve) => {
    pgpass({ host: PGHOST, port: PGPORT, user: PGUSER, database: PGDATABASE }, (password) => resolve(password ?? ''));
  });
}

/** One connection to the warehouse for the life of a function, opened when first needed and again after it broke. */
export class Warehouse {
  readonly #env: WarehouseEnv;
  readonly #name: string;
  #client: Client | undefined;

  constructor(env: WarehouseEnv, applicationName: string) {
    this.#env = env;
    this.#name = applicationName;
  }

  async client(): Promise<Client> {
    if (this.#client) return this.#client;
    const client = await connectPostgres(this.#env, this.#name);
    const forget = (): void => {
      if (this.#client === client) this.#client = undefined;
    };
    client.on('error', forget);
    client.on('end', forget);
    this.#client = client;
    return client;
  }

  /** One statement outside a transaction. */
  async query<R extends QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
    const client = await this.#alive();
    return (await client.query<R>(text, values)).rows;
  }

  /** Runs `work` in a transaction: committed when it returns, rolled back when it throws. */
  async transaction<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = await this.#alive();
    return inTransaction(client, work);
  }

  async end(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
  }

  /**
   * A function may have been frozen for minutes, and the server may have closed the connection meanwhile without our
   * knowing: ask once, and connect anew when the answer is no.
   */
  async #alive(): Promise<Client> {
    const client = await this.client();
    try {
      await client.query('select 1');
      return client;
    } catch {
      this.#client = undefined;
      client.end().catch(() => {});
      return this.client();
    }
  }
}

/** Runs `work` between begin and commit on a connection that the caller holds. */
export async function inTransaction<T>(client: Client, work: (client: Client) => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    // The first error is the one to tell; a broken connection has rolled back by itself.
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

/** SQLSTATE of an error of the server, or null for any other error. */
export const sqlState = (error: unknown): string | null =>
  error instanceof DatabaseError ? (error.code ?? null) : null;

/** The server does not take this password, or does not let this role in in this way. */
export const isRefusedLogin = (error: unknown): boolean => REFUSED_LOGINS.includes(sqlState(error) ?? '');

/** invalid_password, and invalid_authorization_specification, which is what a failed login by IAM is told as */
const REFUSED_LOGINS = ['28P01', '28000'];
export const UNIQUE_VIOLATION = '23505';
export const DEADLOCK_DETECTED = '40P01';
