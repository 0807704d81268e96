import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Context } from 'aws-lambda';
import type { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readSqlFiles, sqlDirectory } from '../../lambdas/adapters/sql-files.ts';
import type { MigrationReport } from '../../lambdas/adapters/migrations.ts';
import { startPostgres, type TestServer } from '../support/postgres.ts';

/**
 * What CloudFormation sees: the handler as it is deployed, with the SQL that lies beside it. CDK's trigger waits for its
 * answer (test/infra/stages.test.ts) and fails the stack, which is then rolled back, when it throws.
 */
let server: TestServer;
let sql: string;
let database: string;
let client: Client;

beforeAll(async () => {
  server = await startPostgres(['fsync=off']);
});
afterAll(() => server.stop());
beforeEach(async () => {
  sql = mkdtempSync(path.join(tmpdir(), 'crp-sql-'));
  chmodSync(sql, 0o755);
  cpSync(sqlDirectory(), sql, { recursive: true });
  const env = await server.database();
  database = env.PGDATABASE;
  client = await server.connect(database);
  for (const [key, value] of Object.entries({
    ...env,
    SQL_DIR: sql,
    POWERTOOLS_SERVICE_NAME: 'migrate-database',
    POWERTOOLS_METRICS_NAMESPACE: 'test',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    STAGE: 'test',
    CODE_VERSION: 'test',
  }))
    vi.stubEnv(key, value);
  return async () => {
    vi.unstubAllEnvs();
    await client.end();
    rmSync(sql, { recursive: true, force: true });
  };
});

/** A deployment: the function starts anew, reads the SQL beside it and is called once. */
async function deploy(): Promise<MigrationReport> {
  vi.resetModules();
  const { handler } = await import('../../lambdas/migrate-database/handler.ts');
  const { dependencies } = await import('../../lambdas/migrate-database/dependencies.ts');
  try {
    return await handler({}, { functionName: 'migrate-database', awsRequestId: 'one' } as Context);
  } finally {
    await dependencies.warehouse.end();
  }
}

const versions = async (): Promise<number[]> =>
  (
    await client.query<{ version: number }>('select version from ops.schema_migrations where version > 0 order by 1')
  ).rows.map(({ version }) => version);
const plant = (name: string, text: string): void => writeFileSync(path.join(sql, 'migrations', name), text);

describe('a deployment with a migration that fails', () => {
  it('fails, and leaves the warehouse at the version before, which the code before works with', async () => {
    const files = readSqlFiles('migrations', sql);
    const before = files.map((_, index) => index + 1);
    const next = String(files.length + 1).padStart(4, '0');
    expect(await deploy()).toEqual({ applied: files.map(({ name }) => name), version: files.length });

    plant(`${next}_broken.sql`, 'create table dw.half (id integer); alter table dw.nowhere add column x integer;');
    const failed = deploy();
    await expect(failed).rejects.toThrow(new RegExp(`${next}_broken failed and was rolled back`));
    expect(await versions()).toEqual(before);
    expect((await client.query(`select to_regclass('dw.half') as half`)).rows).toEqual([{ half: null }]);

    rmSync(path.join(sql, 'migrations', `${next}_broken.sql`));
    expect(await deploy()).toEqual({ applied: [], version: files.length });

    plant(`${next}_mended.sql`, 'create table dw.whole (id integer);');
    expect(await deploy()).toEqual({ applied: [`${next}_mended`], version: files.length + 1 });
  });
});
