import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../bi/catalogue/index.ts';
import type { MetaResponse, PageResponse, TableResponse } from '../../../console/api/types.ts';
import { PooledReader } from '../../../lambdas/adapters/warehouse-pool.ts';
import { startPostgres, type TestServer } from '../../support/postgres.ts';
import { application, transaction } from '../../support/records.ts';
import { TestWarehouse } from '../../support/warehouse.ts';
import { World } from '../../support/world.ts';
import { openConsole, poolOf, type TestConsole } from './support.ts';

let server: TestServer;
let warehouse: TestWarehouse;
let pool: PooledReader;
let shown: TestConsole;

const north = { region: 'North' };
const south = { region: 'South' };
/** Ten applications over two days, of whom one is asked after by R001, one refuses analytics and one is invalid; and three transactions. */
function world(): World {
  const made = new World();
  made.applications(
    application('u1', 'a1', { ...north, credit_score: 720, loan_amount: 10_000 }),
    application('u2', 'a2', { ...north, credit_score: 650, loan_amount: 20_000.25 }),
    application('u3', 'a3', { ...south, credit_score: 480, loan_amount: 5_000 }),
    application('u4', 'a4', { ...south, credit_score: 440, loan_amount: 16_000 }),
    application('u5', 'a5', { credit_score: 610, loan_amount: 1_000 }),
    application('u6', 'a6', { ...north, credit_score: 700, timestamp: '2026-11-19T23:59:59Z' }),
    application('u7', 'a7', { ...south, credit_score: 300, timestamp: '2026-11-19T00:00:00Z' }),
    application('u8', 'a8', { ...north, consent: { scoring: false, analytics: true } }),
    application('u9', 'a9', { ...north, consent: { scoring: true, analytics: false } }),
    application('u10', 'bad', { credit_score: 9_999 }),
  );
  made.activity(
    transaction('u1', 't1', { location: 'Oslo', merchant: '<b>Bücher & "Co"</b>', card_type: 'VISA', amount: 10 }),
    transaction('u1', 't2', { location: 'Lima', card_type: 'AMEX', amount: 5, device_id: 'dev-1' }),
    transaction('u2', 't3', { merchant: '\u202eמוכר', amount: 7.25, timestamp: '2026-11-19T10:00:00Z' }),
  );
  return made;
}

beforeAll(async () => {
  server = await startPostgres(['fsync=off']);
  warehouse = await TestWarehouse.create(server);
  const made = world();
  made.archive();
  await warehouse.batch(made);
  pool = poolOf(warehouse.env);
  shown = openConsole(pool);
});
afterAll(async () => {
  await pool.end();
  await warehouse.end();
  await server.stop();
});

const page = (path: string): Promise<PageResponse> => shown.get<PageResponse>(path);
const figure = ({ figures }: PageResponse, id: string) => figures.find((one) => one.id === id);
const chart = ({ charts }: PageResponse, id: string) => charts.find((one) => one.id === id);

describe('a page', () => {
  it('shows the figures of the views, a share as a quotient of sums', async () => {
    const overview = await page('/api/overview');
    expect(figure(overview, 'applications')).toMatchObject({ value: 8, previous: null, change: null });
    expect(figure(overview, 'approval')?.value).toBeCloseTo(3 / 8, 12);
    expect(figure(overview, 'fraud')?.value).toBeCloseTo(1 / 8, 12);
    expect(figure(overview, 'invalid')?.value).toBeCloseTo(1 / 13, 12);
    expect(overview.standing).toMatchObject({ empty: false, stale: false, role: 'admin' });
  });

  it('holds each figure against the period of equal length before', async () => {
    const overview = await page('/api/overview?from=2026-11-20&to=2026-11-20');
    expect(overview.filters.previous).toEqual({ from: '2026-11-19', to: '2026-11-19' });
    expect(figure(overview, 'applications')).toMatchObject({ value: 6, previous: 2, change: 2 });
    expect(figure(overview, 'approval')).toMatchObject({ value: 2 / 6, previous: 1 / 2, change: 2 / 6 - 1 / 2 });
  });

  it('has today for the end where none is given, and nothing to divide by as null', async () => {
    const overview = await page('/api/overview?from=2026-11-21');
    expect(overview.filters).toMatchObject({ from: '2026-11-21', to: '2026-11-21' });
    expect(figure(overview, 'applications')).toMatchObject({ value: 0, previous: 6, change: -1 });
    expect(figure(overview, 'approval')).toMatchObject({ value: null, change: null });
  });

  it('cuts every figure and picture that has the column, and says which have not', async () => {
    const overview = await page('/api/overview?region=North&risk_level=Low');
    expect(figure(overview, 'applications')).toMatchObject({ value: 2, not_filtered_by: [] });
    expect(figure(overview, 'invalid')?.not_filtered_by).toEqual(['region', 'risk_level']);
    expect(chart(overview, 'risk_breakdown')?.rows).toEqual([{ by: ['Low'], values: [2] }]);
  });

  it('filters in whatever order with the same result', async () => {
    const [one, other] = await Promise.all([
      page('/api/credit-risk?region=North&status=Approved'),
      page('/api/credit-risk?status=Approved&region=North'),
    ]);
    expect({ ...one, standing: null }).toEqual({ ...other, standing: null });
  });

  it('has groups in the order of the catalogue, or of the axis, with parts that sum to the whole', async () => {
    const overview = await page('/api/overview');
    expect(chart(overview, 'risk_breakdown')?.rows).toEqual([
      { by: ['High'], values: [3] },
      { by: ['Medium'], values: [2] },
      { by: ['Low'], values: [2] },
      { by: ['Not scored'], values: [1] },
    ]);
    const days = chart(overview, 'outcomes_per_day')?.rows ?? [];
    expect(days.map(({ by }) => by[0])).toEqual(days.map(({ by }) => by[0]).toSorted());
    expect(days.reduce((sum, { values }) => sum + (values[0] ?? 0), 0)).toBe(8);
    expect(chart(overview, 'amount_over_time')?.rows).toEqual([
      { by: ['2026-11-19'], values: [24_000] },
      { by: ['2026-11-20'], values: [64_000.25] },
    ]);
    const risk = await page('/api/credit-risk');
    expect(figure(risk, 'average_score')).toMatchObject({ kind: 'gauge', range: [300, 850] });
    expect(chart(risk, 'score_distribution')?.rows.map(({ by }) => by[0])).toEqual([
      300, 440, 480, 610, 640, 650, 700, 720,
    ]);
  });

  it.each(CATALOGUE.pages.map(({ id }) => id.replaceAll('_', '-')))(
    '%s has every chart of the catalogue',
    async (path) => {
      const answer = await page(`/api/${path}`);
      const ids = [...answer.figures, ...answer.charts, ...answer.tables].map(({ id }) => id);
      const wanted = CATALOGUE.pages.find(({ id }) => id === answer.page.id)?.charts.map(({ id }) => id);
      expect(ids.sort()).toEqual([...(wanted ?? [])].sort());
    },
  );

  it('heads a column by what it is in its view: the state of a run is none of an alert', async () => {
    const headed = async (path: string, table: string): Promise<string | undefined> =>
      (await page(path)).tables.find(({ id }) => id === table)?.columns.find(({ name }) => name === 'status')?.title;
    expect(await headed('/api/pipeline', 'job_detail')).toBe('State of the job');
    expect(await headed('/api/fraud', 'alert_detail')).toBe('State of the alert');
  });

  it('leaves what people typed as it is, in JSON', async () => {
    const { tables } = await page('/api/fraud');
    const detail = tables.find(({ id }) => id === 'transaction_detail');
    const at = detail?.columns.findIndex(({ name }) => name === 'merchant') ?? -1;
    expect(detail?.rows.map((row) => row[at]).sort()).toEqual(['<b>Bücher & "Co"</b>', 'Unknown', '\u202eמוכר'].sort());
    expect(detail?.columns.find(({ name }) => name === 'amount')).toMatchObject({ kind: 'money', masked: false });
  });
});

describe('a table', () => {
  it('goes on behind the last row until there is none, each row once', async () => {
    const seen: unknown[] = [];
    let path = '/api/tables/application_detail?limit=3';
    for (let calls = 0; calls < 5; calls++) {
      const { table } = await shown.get<TableResponse>(path);
      seen.push(...table.rows.map((row) => row[1]));
      if (table.next_cursor === null) break;
      path = `/api/tables/application_detail?limit=3&cursor=${encodeURIComponent(table.next_cursor)}`;
    }
    expect(seen).toHaveLength(8);
    expect(new Set(seen)).toEqual(new Set(['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8']));
    expect(seen.at(-1)).toBe('a7');
  });

  it('refuses a cursor of other filters, a mended one and rubbish', async () => {
    const { table } = await shown.get<TableResponse>('/api/tables/application_detail?limit=2');
    const cursor = table.next_cursor ?? '';
    const mended = `${cursor.slice(0, -2)}${cursor.endsWith('AA') ? 'BB' : 'AA'}`;
    for (const path of [`region=North&cursor=${cursor}`, `cursor=${mended}`, 'cursor=x', 'cursor='])
      expect(await shown.refused(`/api/tables/application_detail?${path}`)).toMatchObject({
        status: 400,
        code: 'invalid_cursor',
        parameter: 'cursor',
      });
  });
});

describe('what one can filter by', () => {
  it('is listed, with the values that the data have', async () => {
    const meta = await shown.get<MetaResponse>('/api/meta');
    expect(meta.days).toEqual({ from: '2026-11-19', to: '2026-11-20' });
    expect(meta.dimensions.find(({ id }) => id === 'region')?.values).toEqual(['North', 'South', 'Unknown']);
    expect(meta.dimensions.find(({ id }) => id === 'is_fraud')?.values).toEqual(['true', 'false']);
    expect(meta.pages.map(({ path }) => path)).toContain('/api/credit-risk');
    expect(meta.may).toEqual({ write: false, see_users: true, replay: false });
  });

  it.each([
    ['region=Atlantis', 'invalid_filter', 'region', ['North', 'South', 'Unknown']],
    ["region=North' or 1=1 --", 'invalid_filter', 'region', ['North', 'South', 'Unknown']],
    ['risk_level=low', 'invalid_filter', 'risk_level', ['High', 'Medium', 'Low', 'Not scored']],
    ['risk_level=', 'invalid_filter', 'risk_level', ['High', 'Medium', 'Low', 'Not scored']],
    ['status=open', 'invalid_filter', 'status', ['Approved', 'Under Review', 'Rejected']],
    ['card_type=DINERS', 'invalid_filter', 'card_type', ['VISA', 'MASTERCARD', 'AMEX', 'Unknown']],
    ['is_fraud=1', 'invalid_filter', 'is_fraud', ['true', 'false']],
    ['from=2026-02-30', 'invalid_filter', 'from', ['YYYY-MM-DD']],
    ['to=yesterday', 'invalid_filter', 'to', ['YYYY-MM-DD']],
    ["from=2026-11-19'; drop view bi.applications; --", 'invalid_filter', 'from', ['YYYY-MM-DD']],
    ['from=2026-11-20&to=2026-11-19', 'invalid_range', 'from', undefined],
    ['regoin=North', 'unknown_parameter', 'regoin', expect.arrayContaining(['region', 'from'])],
    ['region=North&region=South', 'invalid_filter', 'region', undefined],
    ['__proto__=x', 'unknown_parameter', '__proto__', expect.arrayContaining(['region'])],
  ])('refuses ?%s and says what is allowed', async (query, code, parameter, allowed) => {
    const refused = await shown.refused(`/api/overview?${new URLSearchParams(query).toString()}`);
    expect(refused).toMatchObject({ status: 400, code, parameter, ...(allowed === undefined ? {} : { allowed }) });
    expect(refused.message).toContain(parameter);
    expect(refused.hint).not.toBeNull();
  });

  it('is given as values and never as text of a statement', async () => {
    const read: unknown[] = [];
    const seen = openConsole(pool, {
      warehouse: {
        read: (statements) => {
          read.push(...statements.map(({ text }) => text));
          return pool.read(statements);
        },
      },
    });
    await seen.get('/api/overview?region=North&from=2026-11-19&to=2026-11-20');
    expect(read.length).toBeGreaterThan(3);
    expect(read.filter((text) => /North|2026/.test(String(text)))).toEqual([]);
  });
});
