import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../lambdas/adapters/migrations.ts';
import { readSqlFiles } from '../../lambdas/adapters/sql-files.ts';
import { grantReading, prepareReader } from '../../lambdas/migrate-database/prepare-role.ts';
import { answer, type Question, question } from '../../lambdas/query-warehouse/query.ts';
import { startPostgres, type TestServer } from '../support/postgres.ts';

let server: TestServer;
let owner: Client;
let reader: Client;
beforeAll(async () => {
  server = await startPostgres(['fsync=off']);
  const { PGDATABASE: database } = await server.database();
  owner = await server.connect(database);
  await migrate(owner, readSqlFiles('migrations'));
  // Twice, as two deployments do.
  for (let i = 0; i < 2; i += 1) {
    await prepareReader(owner, 'reader');
    await grantReading(owner, 'reader');
  }
  reader = await server.connect(database, 'reader');
});
afterAll(async () => {
  await reader.end();
  await owner.end();
  await server.stop();
});

const ask = (...texts: string[]): Promise<unknown> =>
  answer({ client: async () => reader }, { statements: texts.map((text) => ({ text, values: [] })) });

describe('who reads the warehouse from outside', () => {
  it('gets tables as JSON carries them, of one snapshot, parameters bound', async () => {
    const statements: Question['statements'] = [
      { text: `select $1::text as "it's"`, values: ["'; drop table x"] },
      { text: `select 1 as n, 1.50 as amount, null as none, '\\x01ff'::bytea as bytes`, values: [] },
      { text: `select timestamptz '2026-01-31 23:00Z' as at, array[1, 2] as list`, values: [] },
    ];
    expect(await answer({ client: async () => reader }, { statements })).toEqual({
      tables: [
        { fields: ["it's"], numeric: expect.any(Array), rows: [["'; drop table x"]] },
        {
          fields: ['n', 'amount', 'none', 'bytes'],
          numeric: [true, true, false, false],
          rows: [[1, '1.50', null, '\\x01ff']],
        },
        { fields: ['at', 'list'], numeric: expect.any(Array), rows: [['2026-01-31T23:00:00.000Z', [1, 2]]] },
      ],
    });
    expect(await ask('select txid_current_if_assigned() as a', 'select count(*)::int as b from dw.dim_time')).toEqual({
      tables: [
        { fields: ['a'], numeric: expect.any(Array), rows: [[null]] },
        { fields: ['b'], numeric: expect.any(Array), rows: [[expect.any(Number)]] },
      ],
    });
  });

  it.each([
    ['writes', 'create table dw.mine (x int)', '25006'],
    ['ends the transaction to write', 'commit; create table dw.mine (x int)', '42601'],
    ['turns reading only off', `set transaction read write`, '25001'],
    ['looks at personal data', 'select * from restricted.staged_applicants', '42501'],
    ['asks for what is not there', 'select * from dw.nothing', '42P01'],
    ['asks for more than can be returned', `select repeat('x', 6000000)`, '54000'],
  ])('is refused when he %s', async (_what, text, code) => {
    expect(await ask(text)).toMatchObject({ refused: { code, message: expect.stringMatching(/\w+ \w+/) } });
    expect(await ask('select 1 as one')).toEqual({
      tables: [{ fields: ['one'], numeric: expect.any(Array), rows: [[1]] }],
    });
  });

  it('cannot write as a role either, and reads tables of later migrations', async () => {
    await expect(reader.query('begin read write; insert into dw.dim_policy default values')).rejects.toThrow(
      /permission denied/,
    );
    await reader.query('rollback');
    await owner.query('create table dw.later (x int)');
    expect(await ask('select count(*)::int as n from dw.later')).toEqual({
      tables: [{ fields: ['n'], numeric: expect.any(Array), rows: [[0]] }],
    });
  });

  it.each([
    {},
    { statements: [] },
    { statements: [{ text: '' }] },
    { statements: [{ text: 'select 1', values: [{}] }] },
    { statements: [{ text: 'select 1' }], role: 'pipeline' },
  ])('must ask properly: %j', (event) => {
    expect(question.safeParse(event).success).toBe(false);
  });
});
