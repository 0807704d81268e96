import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlertsResponse, ApplicationsResponse, PageResponse } from '../../../console/api/types.ts';
import { PooledReader } from '../../../lambdas/adapters/warehouse-pool.ts';
import { migrate } from '../../../lambdas/adapters/migrations.ts';
import { readSqlFiles } from '../../../lambdas/adapters/sql-files.ts';
import { warehouseEnv } from '../../../lambdas/adapters/postgres.ts';
import { startPostgres, type TestServer } from '../../support/postgres.ts';
import { application, transaction } from '../../support/records.ts';
import { TestWarehouse } from '../../support/warehouse.ts';
import { World } from '../../support/world.ts';
import { MIGRATIONS, NOW, openConsole, poolOf } from './support.ts';

let server: TestServer;
let warehouse: TestWarehouse;
let pool: PooledReader;

beforeAll(async () => {
  server = await startPostgres(['fsync=off']);
});
afterAll(() => server.stop());

const fresh = async (): Promise<void> => {
  warehouse = await TestWarehouse.create(server);
  pool = poolOf(warehouse.env);
};
const done = async (): Promise<void> => {
  await pool.end();
  await warehouse.end();
};

describe('the state of the warehouse', () => {
  beforeAll(fresh);
  afterAll(done);

  it('is empty before the first record, on every page', async () => {
    for (const path of ['overview', 'credit-risk', 'fraud', 'data-quality', 'pipeline'])
      expect((await openConsole(pool).get<PageResponse>(`/api/${path}`)).standing).toMatchObject({
        empty: true,
        stale: false,
        as_of: null,
      });
    expect(await openConsole(pool).get<AlertsResponse>('/api/alerts')).toMatchObject({ alerts: [], next_cursor: null });
    expect(await openConsole(pool).get<ApplicationsResponse>('/api/applications')).toMatchObject({ applications: [] });
  });

  it('is stale when the last load is older than it may be, or the last batch failed, and says as of when', async () => {
    const world = new World();
    world.applications(application('u1', 'a1'));
    world.archive();
    await warehouse.batch(world);
    const standing = async (staleAfterMinutes: number) =>
      (await openConsole(pool, { staleAfterMinutes, now: Date.now }).get<PageResponse>('/api/overview')).standing;
    const loaded = await standing(60);
    expect(loaded).toMatchObject({ empty: false, stale: false });
    await warehouse.query(
      `update dw.metadata_table set finished = finished - interval '2 hours' where finished is not null`,
    );
    const old = await standing(60);
    expect(old.stale).toBe(true);
    expect(Date.parse(old.as_of ?? '')).toBeLessThan(Date.parse(loaded.as_of ?? ''));
    expect((await standing(180)).stale).toBe(false);
    await warehouse.query(`update dw.metadata_table set status = 'failed' where job = 'batch'`);
    expect(await standing(180)).toMatchObject({ stale: true, last_run: { status: 'failed' } });
  });

  it('is told when a view is missing, by name', async () => {
    const view = await warehouse.query<{ text: string }>(`select pg_get_viewdef('bi.rule_days') as text`);
    await warehouse.query('drop view bi.rule_days');
    try {
      expect(await openConsole(pool).refused('/api/fraud')).toMatchObject({
        status: 503,
        code: 'view_missing',
        missing: ['bi.rule_days'],
        message: expect.stringContaining('bi.rule_days'),
      });
      // What does not need it is shown.
      expect((await openConsole(pool).get<PageResponse>('/api/overview')).standing.empty).toBe(false);
    } finally {
      await warehouse.query(`create view bi.rule_days as ${view[0]?.text}`);
    }
  });

  it('is told when its schema is behind the code, with what is missing', async () => {
    expect(
      await openConsole(pool, { migrations: [...MIGRATIONS, '9999_of_tomorrow'] }).refused('/api/overview'),
    ).toMatchObject({
      status: 409,
      code: 'schema_outdated',
      missing: ['9999_of_tomorrow'],
      hint: expect.stringMatching(/migrate/i),
    });
  });

  it('is told when it has the schema of before the views', async () => {
    const env = warehouseEnv.parse(await server.database());
    const old = new TestWarehouseClient(env);
    await old.migrate(5);
    const reader = poolOf(env);
    try {
      expect(await openConsole(reader).refused('/api/overview')).toMatchObject({
        status: 409,
        code: 'schema_outdated',
        missing: MIGRATIONS.slice(5),
      });
    } finally {
      await reader.end();
    }
  });

  it('is told when nothing is migrated at all', async () => {
    const reader = poolOf(warehouseEnv.parse(await server.database()));
    expect(await openConsole(reader).refused('/api/meta')).toMatchObject({
      code: 'schema_outdated',
      missing: MIGRATIONS,
    });
    await reader.end();
  });

  it('is told when nobody answers, and the answer comes again when it does', async () => {
    const shown = openConsole(pool);
    await shown.get('/api/overview');
    await server.kill();
    try {
      expect(await shown.refused('/api/overview')).toMatchObject({ status: 503, code: 'warehouse_down' });
      expect(await shown.refused('/api/export/alert_detail.csv')).toMatchObject({
        status: 503,
        code: 'warehouse_down',
      });
    } finally {
      await server.restart();
    }
    expect((await shown.get<PageResponse>('/api/overview')).standing.empty).toBe(false);
    expect(shown.errors).not.toEqual([]);
  });
});

/** A database that is migrated to an earlier version. */
class TestWarehouseClient {
  readonly #env: ReturnType<typeof warehouseEnv.parse>;

  constructor(env: ReturnType<typeof warehouseEnv.parse>) {
    this.#env = env;
  }

  async migrate(version: number): Promise<void> {
    const client = await server.connect(this.#env.PGDATABASE);
    await migrate(client, readSqlFiles('migrations').slice(0, version));
    await client.end();
  }
}

describe('a hundred thousand rows', () => {
  const ROWS = 100_000;
  beforeAll(async () => {
    await fresh();
    await warehouse.query(
      `insert into dw.fact_loan_application (application_id, user_id, revision, time_id, event_time, ingest_time, credit_score,
         loan_amount, risk_level, is_fraud, fraud_confirmed, approval_status, region, analytics_consent, policy_key, shard, seq)
       select 'a' || n, case n % 3 when 0 then '=1+1' when 1 then '<script>alert(1)</script>' else 'u' || n end, 1, 20261120,
         timestamptz '2026-11-20T00:00:00Z' + (n / 4) * interval '1 microsecond', timestamptz '2026-11-20', 640, 1000.25,
         'Medium', false, false, 'Under Review', case n % 2 when 0 then '\u202eצפון, "N"' else E'-2+3\nline' end, true, 1, 0, n::text
       from generate_series(1, ${ROWS}) as n`,
    );
  });
  afterAll(done);

  it('are exported whole, once each, with nothing that a spreadsheet would run', async () => {
    const response = await openConsole(pool).api.request('/api/export/application_detail.csv');
    expect(response.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="application_detail.csv"');
    const text = await response.text();
    const rows = parse(text, { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(ROWS);
    expect(new Set(rows.map((row) => row['application_id'])).size).toBe(ROWS);
    expect(new Set(rows.map((row) => row['region']))).toEqual(new Set(['\u202eצפון, "N"', "'-2+3\nline"]));
    expect(rows.filter((row) => Object.values(row).some((cell) => /^[=+@-]/.test(cell)))).toEqual([]);
    expect(rows.find((row) => row['application_id'] === 'a3')).toMatchObject({
      user_id: "'=1+1",
      loan_amount: '1000.25',
    });
  });

  it('are paged without a gap and without a double, though many lie on one moment', async () => {
    const seen = new Set<string>();
    let cursor: string | null = '';
    let calls = 0;
    while (cursor !== null && calls < 20) {
      calls += 1;
      const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: ApplicationsResponse = await openConsole(pool).get(`/api/applications?limit=1000${query}`);
      for (const { application_id } of page.applications) seen.add(application_id);
      cursor = page.next_cursor;
    }
    expect(calls).toBe(20);
    expect(seen.size).toBe(20_000);
  });

  it('are left as soon as nobody reads on', async () => {
    const response = await openConsole(pool).api.request('/api/export/application_detail.csv');
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    const [busy] = await warehouse.query<{ n: number }>(
      `select count(*)::integer as n from pg_stat_activity where datname = current_database() and state like 'idle in%'`,
    );
    expect(busy?.n).toBe(0);
  });
});

describe('a chart with more groups than are drawn', () => {
  beforeAll(async () => {
    await fresh();
    const world = new World();
    world.activity(
      ...Array.from({ length: 30 }, (_, i) => transaction(`u${i}`, `t${i}`, { amount: 10, location: `Town ${i}` })),
    );
    world.archive();
    await warehouse.batch(world);
  });
  afterAll(done);

  it('says so, and its export has all of them', async () => {
    const shown = openConsole(pool);
    const { charts } = await shown.get<PageResponse>('/api/fraud');
    const drawn = charts.find(({ id }) => id === 'fraud_by_location');
    expect([drawn?.truncated, drawn?.rows.length]).toEqual([true, 20]);
    const response = await shown.api.request('/api/export/fraud_by_location.csv');
    expect((await response.text()).trim().split('\r\n')).toHaveLength(1 + 30);
  });
});

describe('who may see people', () => {
  beforeAll(async () => {
    await fresh();
    const world = new World();
    world.applications(
      application('user-of-note', 'a1', { credit_score: 400, loan_amount: 16_000 }),
      application('user-of-note', 'a2'),
    );
    world.activity(transaction('user-of-note', 't1', { device_id: 'device-of-note' }));
    world.archive();
    await warehouse.batch(world);
  });
  afterAll(done);

  const PATHS = [
    '/api/applications',
    '/api/alerts',
    '/api/fraud',
    '/api/credit-risk',
    '/api/tables/transaction_detail',
    '/api/export/application_detail.csv',
    '/api/export/transaction_detail.csv',
    '/api/export/alert_detail.csv',
  ];

  it.each(PATHS)('%s shows an administrator alone who they are', async (path) => {
    const text = async (role: 'analyst' | 'engineer' | 'admin') =>
      (await openConsole(pool, { role }).api.request(path)).text();
    expect(await text('admin')).toContain('user-of-note');
    for (const role of ['analyst', 'engineer'] as const) {
      const shown = await text(role);
      expect(shown).not.toContain('of-note');
      expect(shown).toMatch(/u_[0-9a-f]{20}/);
    }
  });

  it('gives the same token for the same person, and another by another key', async () => {
    const user = async (tokenKey: string) =>
      (await openConsole(pool, { role: 'analyst', tokenKey }).get<ApplicationsResponse>('/api/applications'))
        .applications[0];
    const [one, again, other] = [await user('k1'), await user('k1'), await user('k2')];
    expect(one).toMatchObject({ user: again?.user, user_masked: true });
    expect(other?.user).not.toBe(one?.user);
    const path = `/api/applications/${one?.user}/a1`;
    expect(await openConsole(pool, { role: 'analyst', tokenKey: 'k1' }).get(path)).toMatchObject({
      application: { application_id: 'a1', user: one?.user },
    });
    expect(await openConsole(pool, { role: 'analyst', tokenKey: 'k2' }).refused(path)).toMatchObject({ status: 404 });
    expect(await openConsole(pool, { role: 'analyst' }).refused('/api/applications/user-of-note/a1')).toMatchObject({
      code: 'not_found',
    });
  });

  it('never puts an id into a cursor that can be read', async () => {
    const page = await openConsole(pool, { role: 'analyst', now: () => NOW }).get<ApplicationsResponse>(
      '/api/applications?limit=1',
    );
    expect(page.next_cursor).not.toBeNull();
    const opened = Buffer.from(page.next_cursor ?? '', 'base64url').toString('utf8');
    expect(opened).not.toContain('of-note');
  });
});
