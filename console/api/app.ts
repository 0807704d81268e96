import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { CATALOGUE, type Chart, type Dimension } from '../../bi/catalogue/index.ts';
import { ALERT_STATUSES, SEVERITIES } from '../../core/contract/values.ts';
import { rowsOf, type Table } from '../../lambdas/adapters/warehouse-reader.ts';
import { alertRoutes } from './alerts.ts';
import { applicationRoutes } from './applications.ts';
import { Context } from './context.ts';
import { scopeOf } from './cursors.ts';
import type { ConsoleDeps } from './deps.ts';
import { ConsoleError } from './errors.ts';
import { csvOf } from './exports.ts';
import { EVERYWHERE, type Parameters, parametersOf, readFilters } from './filters.ts';
import { readLimit } from './limit.ts';
import { LiveCounter } from './live.ts';
import { chartOf, PAGES, pageResponse } from './pages.ts';
import { snapshot } from './reading.ts';
import { exactly, listing, listingOf, rowsOfTable, tableData } from './tables.ts';
import type { LiveResponse, MetaResponse, Role, TableResponse } from './types.ts';

const MOST_BYTES = 16 * 1024;
/** Who may dispose of alerts and decide on applications. */
const DECIDES: readonly Role[] = ['analyst', 'admin'];

/**
 * The console's API. It reads the views of schema bi through the catalogue, and knows neither server nor machine: the
 * local host serves it, and a function can.
 */
export function createApi(deps: ConsoleDeps): Hono {
  const context = new Context(deps);
  const api = new Hono().basePath('/api');

  api.use(async (request, next) => {
    if (request.req.method !== 'GET' && request.req.method !== 'HEAD') checkWriter(request.req.raw, deps.role);
    await next();
    request.header('cache-control', 'no-store');
    request.header('x-content-type-options', 'nosniff');
  });
  api.use(
    bodyLimit({
      maxSize: MOST_BYTES,
      onError: () => {
        throw new ConsoleError('too_large', `What was sent has more than ${MOST_BYTES} bytes.`, null);
      },
    }),
  );
  api.onError((error, request) => {
    if (!(error instanceof ConsoleError)) deps.onError(error);
    const told =
      error instanceof ConsoleError
        ? error
        : new ConsoleError('internal', 'This should not have happened.', 'The log of the console says more.');
    return request.json(told.toJSON(), told.status);
  });

  api.get('/meta', async (request) => request.json(await meta(context)));
  for (const [path, page] of Object.entries(PAGES))
    api.get(`/${path}`, async (request) => {
      const filters = await filtersOf(request.req.url, parametersOf([...EVERYWHERE, ...page.slicers]), context);
      return request.json(await pageResponse(context, page, filters));
    });
  api.get('/tables/:chart', async (request) =>
    request.json(await table(context, request.req.url, request.req.param('chart'))),
  );
  api.get('/export/:file{[a-z_]+\\.csv}', async (request) => {
    const id = request.req.param('file').slice(0, -'.csv'.length);
    const chart = known(id);
    const filters = await filtersOf(request.req.url, exportParameters(chart), context);
    const searched = new URL(request.req.url).searchParams.get('application_id');
    return new Response(await csvOf(context, chart, filters, exactly(searched)), {
      headers: {
        'content-type': 'text/csv; charset=utf-8; header=present',
        'content-disposition': `attachment; filename="${id}.csv"`,
      },
    });
  });
  alertRoutes(api, context);
  applicationRoutes(api, context);
  liveRoute(api, context);
  api.all('*', (request) => {
    throw new ConsoleError('not_found', `There is no ${request.req.method} ${request.req.path.slice(0, 200)}.`, null);
  });
  return api;
}

/** A page of another site can send what a form can, but neither as us nor unseen: its browser says whence it comes. */
function checkWriter(request: Request, role: Role): void {
  const { headers, url } = request;
  const origin = headers.get('origin');
  const site = headers.get('sec-fetch-site');
  const host = headers.get('host') ?? new URL(url).host;
  const foreign = origin !== null && (!URL.canParse(origin) || new URL(origin).host !== host);
  if (foreign || (site !== null && site !== 'same-origin' && site !== 'none'))
    throw new ConsoleError('forbidden_origin', 'Another site may not change anything here.', null);
  if (!DECIDES.includes(role) && !new URL(url).pathname.endsWith('/replay'))
    throw new ConsoleError(
      'forbidden_role',
      `The role ${role} looks, and decides nothing.`,
      `Those who decide are ${DECIDES.join(' and ')}.`,
    );
}

const filtersOf = (url: string, parameters: Parameters, { values, deps }: Context) =>
  readFilters(new URL(url).searchParams, parameters, values, deps.now());

const slicersOf = (chart: string): readonly string[] =>
  CATALOGUE.pages.find(({ charts }) => charts.some(({ id }) => id === chart))?.slicers ?? [];

/** A list is exported as it is cut, also where its screen has filters that the chart's page has not. */
const exportParameters = ({ id, view }: Chart): Parameters =>
  parametersOf(
    [
      ...EVERYWHERE,
      ...slicersOf(id),
      ...CATALOGUE.dimensions.filter((one: Dimension) => one.columns[view] !== undefined).map((one) => one.id),
    ],
    view === 'applications' ? ['application_id'] : [],
  );

function known(id: string) {
  const chart = chartOf(id);
  if (chart === undefined)
    throw new ConsoleError('not_found', `There is no chart ${id.slice(0, 100)}.`, 'GET /api/meta lists them.');
  return chart;
}

async function table(context: Context, url: string, id: string): Promise<TableResponse> {
  const chart = known(id);
  if (chart.kind !== 'table')
    throw new ConsoleError(
      'not_found',
      `${id} is no table.`,
      'Its page has it; its rows are exported under /api/export.',
    );
  const query = new URL(url).searchParams;
  const filters = await filtersOf(url, parametersOf([...EVERYWHERE, ...slicersOf(id)], ['cursor', 'limit']), context);
  const limit = rowsOfTable(chart, readLimit(query));
  const scope = scopeOf(id, filters);
  const text = query.get('cursor');
  const cursor = text === null ? null : context.cursors.read(text, scope);
  const { standing, tables } = await snapshot(context.deps, [listing(listingOf(chart), filters, cursor, limit)]);
  const write = (places: readonly string[]): string => context.cursors.write(places, scope);
  return { standing, filters, table: tableData(chart, tables[0] as Table, filters, limit, context.mask, write) };
}

async function meta(context: Context): Promise<MetaResponse> {
  const { deps, mask } = context;
  const { standing, tables, schemaVersion } = await snapshot(deps, [
    { text: `select min(date)::text as "from", max(date)::text as "to" from bi.dates` },
  ]);
  const [days] = rowsOf<MetaResponse['days']>(tables[0] as Table);
  return {
    standing,
    schema_version: String(schemaVersion),
    may: {
      write: deps.desk !== null && DECIDES.includes(deps.role),
      see_users: !mask.masks,
      replay: deps.replay !== null,
    },
    days: days ?? { from: null, to: null },
    dimensions: await context.dimensions(),
    pages: Object.entries(PAGES).map(([path, page]) => ({
      id: page.id,
      title: page.title,
      path: `/api/${path}`,
      slicers: page.slicers,
      charts: page.charts.map(({ id, title, kind }) => ({ id, title, kind })),
    })),
    alert_statuses: ALERT_STATUSES,
    severities: SEVERITIES,
  };
}

/** How long the warehouse's last arrival is taken for true. */
const FRESH_MS = 2_000;

function liveRoute(api: Hono, { deps }: Context): void {
  const counter = deps.objects === null ? null : new LiveCounter(deps.objects, deps.liveSince, deps.onError);
  let warehouse: { at: number; as_of: string | null; last: number | null } | null = null;
  const standing = async (now: number) => {
    if (warehouse !== null && now - warehouse.at < FRESH_MS) return warehouse;
    // The stream goes on where the warehouse does not: what arrives is shown all the same.
    const found = await snapshot(deps, []).catch(() => null);
    const last = found?.standing.last_arrival ?? null;
    warehouse = { at: now, as_of: found?.standing.as_of ?? null, last: last === null ? null : Date.parse(last) };
    return warehouse;
  };
  api.get('/live', async (request) => {
    if (counter === null) throw new ConsoleError('store_down', 'The bucket with the receipts is out of reach.', null);
    const now = deps.now();
    try {
      await counter.refresh(now);
    } catch (error) {
      deps.onError(error);
      throw new ConsoleError('store_down', 'The bucket with the receipts does not answer.', 'It is asked again.');
    }
    const { as_of, last } = await standing(now);
    const ahead = counter.after(last);
    return request.json({
      now: new Date(now).toISOString(),
      since: new Date(counter.since).toISOString(),
      total: counter.total,
      by_stream: counter.byStream,
      minutes: counter.minutes(now),
      last_arrival: counter.lastArrival === null ? null : new Date(counter.lastArrival).toISOString(),
      warehouse_as_of: as_of,
      ahead_of_warehouse: ahead > 0,
      ahead_by: ahead,
    } satisfies LiveResponse);
  });
}
