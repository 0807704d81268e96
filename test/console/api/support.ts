import type { Hono } from 'hono';
import { Pool } from 'pg';
import { createApi } from '../../../console/api/app.ts';
import type { ConsoleDeps } from '../../../console/api/deps.ts';
import type { ErrorResponse } from '../../../console/api/types.ts';
import { readSqlFiles } from '../../../lambdas/adapters/sql-files.ts';
import { PooledReader } from '../../../lambdas/adapters/warehouse-pool.ts';
import type { WarehouseEnv } from '../../../lambdas/adapters/postgres.ts';
import { FIRST_ARRIVAL } from '../../support/world.ts';

/** An hour after the first record of a test arrived. */
export const NOW = FIRST_ARRIVAL + 3_600_000;
export const MIGRATIONS = readSqlFiles('migrations').map(({ name }) => name);

export const poolOf = ({ PGHOST, PGPORT, PGUSER, PGDATABASE }: WarehouseEnv): PooledReader =>
  new PooledReader(new Pool({ host: PGHOST, port: PGPORT, user: PGUSER, database: PGDATABASE, max: 4 }));

export interface TestConsole {
  readonly api: Hono;
  readonly errors: unknown[];
  get<T>(path: string): Promise<T>;
  /** @returns status and error of an answer that is one */
  refused(path: string, init?: RequestInit): Promise<{ status: number } & ErrorResponse['error']>;
  post<T>(path: string, body: unknown): Promise<T>;
}

export function openConsole(warehouse: PooledReader, more: Partial<ConsoleDeps> = {}): TestConsole {
  const errors: unknown[] = [];
  const api = createApi({
    warehouse,
    blocks: (statement) => warehouse.blocks(statement),
    objects: null,
    replay: null,
    desk: null,
    role: 'admin',
    tokenKey: 'a key of the test',
    migrations: MIGRATIONS,
    staleAfterMinutes: 60 * 24 * 400,
    liveSince: FIRST_ARRIVAL,
    now: () => NOW,
    onError: (error) => errors.push(error),
    ...more,
  });
  const request = (path: string, init?: RequestInit): Promise<Response> =>
    Promise.resolve(api.request(`http://console.test${path}`, init));
  const answer = async <T>(response: Response): Promise<T> => {
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${response.status}: ${text}`);
    return JSON.parse(text) as T;
  };
  return {
    api,
    errors,
    get: async (path) => answer(await request(path)),
    async refused(path, init) {
      const response = await request(path, init);
      const { error } = (await response.json()) as ErrorResponse;
      return { status: response.status, ...error };
    },
    post: async (path, body) => answer(await request(path, posted(body))),
  };
}

export const posted = (body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
