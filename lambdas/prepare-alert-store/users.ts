import { type Db, MongoServerError } from 'mongodb';
import { DATABASE } from '../adapters/alert-store-documentdb.ts';

export interface RoleGrant {
  readonly roleArn: string;
  readonly may: 'read' | 'readWrite';
}

const USER_EXISTS = 51_003;
const AUTHENTICATION_FAILED = 18;

/** The server does not take this password. */
export const isRefusedLogin = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === AUTHENTICATION_FAILED;

/**
 * Makes a user for each role of IAM that may use the alerts, or brings what it may do up to date. The database
 * `$external` holds those who prove who they are elsewhere.
 */
export async function prepareUsers(external: Pick<Db, 'command'>, grants: readonly RoleGrant[]): Promise<void> {
  for (const { roleArn, may } of grants) {
    const roles = [{ role: may, db: DATABASE }];
    try {
      await external.command({ createUser: roleArn, mechanisms: ['MONGODB-AWS'], roles });
    } catch (error) {
      if (!(error instanceof MongoServerError && error.code === USER_EXISTS)) throw error;
      await external.command({ updateUser: roleArn, roles });
    }
  }
}
