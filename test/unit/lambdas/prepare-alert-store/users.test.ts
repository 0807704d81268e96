import { MongoServerError } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { trust } from '../../../../lambdas/adapters/alert-store-documentdb.ts';
import { isRefusedLogin, prepareUsers } from '../../../../lambdas/prepare-alert-store/users.ts';

/** No server here knows users of IAM: what is sent is what DocumentDB documents. */
function external(known: readonly string[] = [], failure?: Error) {
  const sent: object[] = [];
  const command = (async (body: { createUser?: string }) => {
    sent.push(body);
    if (failure) throw failure;
    if (body.createUser !== undefined && known.includes(body.createUser))
      throw new MongoServerError({ code: 51_003, message: 'User already exists' });
    return { ok: 1 };
  }) as never;
  return { sent, command };
}

const WRITER = 'arn:aws:iam::111111111111:role/detect';
const READER = 'arn:aws:iam::111111111111:role/extract';

describe('prepareUsers', () => {
  it('makes a user of each role, by IAM, for what it may do', async () => {
    const database = external();
    await prepareUsers(database, [
      { roleArn: WRITER, may: 'readWrite' },
      { roleArn: READER, may: 'read' },
    ]);
    const roles = (role: string) => [{ role, db: 'fraud_detection' }];
    expect(database.sent).toEqual([
      { createUser: WRITER, mechanisms: ['MONGODB-AWS'], roles: roles('readWrite') },
      { createUser: READER, mechanisms: ['MONGODB-AWS'], roles: roles('read') },
    ]);
  });

  it('brings a user that is there up to date', async () => {
    const database = external([READER]);
    await prepareUsers(database, [{ roleArn: READER, may: 'read' }]);
    expect(database.sent.at(-1)).toEqual({ updateUser: READER, roles: [{ role: 'read', db: 'fraud_detection' }] });
  });

  it('fails on anything else', async () => {
    const database = external([], new MongoServerError({ code: 13, message: 'not authorized' }));
    await expect(prepareUsers(database, [{ roleArn: READER, may: 'read' }])).rejects.toThrow('not authorized');
  });
});

describe('isRefusedLogin', () => {
  it('knows a password that is not taken from all else', () => {
    expect(isRefusedLogin(new MongoServerError({ code: 18, message: 'Authentication failed.' }))).toBe(true);
    expect(isRefusedLogin(new MongoServerError({ code: 13, message: 'not authorized' }))).toBe(false);
    expect(isRefusedLogin(new Error('connect ECONNREFUSED'))).toBe(false);
  });
});

describe('trust', () => {
  it('is in AWS’s authorities and the web’s where TLS is asked for, in a file where one is named, and not needed else', () => {
    const { ca = [] } = trust('mongodb://host:27018/?tls=true&replicaSet=rs0') as { ca?: string[] };
    expect(ca.length).toBeGreaterThan(100);
    expect(ca.every((one) => one.includes('BEGIN CERTIFICATE'))).toBe(true);
    expect(trust('mongodb://host/', '/some/ca.pem')).toEqual({ tls: true, tlsCAFile: '/some/ca.pem' });
    expect(trust('mongodb://127.0.0.1:1/')).toEqual({});
  });
});
