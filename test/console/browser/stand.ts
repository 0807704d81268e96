import type { Browser } from 'playwright-core';
import type { ConsoleDeps, Replayed } from '../../../console/api/deps.ts';
import { type ConsoleServer, serveConsole } from '../../../console/server/server.ts';
import { buildConsole } from '../../../console/web/build.ts';
import { explain } from '../../../cli/explain/explain.ts';
import { DynamoAlerts } from '../../../lambdas/adapters/alert-store-dynamo.ts';
import { ReviewDesk } from '../../../lambdas/adapters/review-desk.ts';
import type { PooledReader } from '../../../lambdas/adapters/warehouse-pool.ts';
import { extractAlerts } from '../../../lambdas/extract-alerts/extract.ts';
import { startDynamoDB, type TestDynamoDB } from '../../support/dynamodb.ts';
import { startPostgres, type TestServer } from '../../support/postgres.ts';
import { application, transaction } from '../../support/records.ts';
import { TestWarehouse } from '../../support/warehouse.ts';
import { FIRST_ARRIVAL, World } from '../../support/world.ts';
import { MIGRATIONS, poolOf } from '../api/support.ts';
import { startBrowser } from './browser.ts';

const TABLE = 'fraud_alerts';
const DAYS = 40;
const APPLICATIONS = 240;
export const MARKUP = '<img src=x onerror=alert(1)>';
export const FROM_RIGHT = 'شمال "المنطقة"';
const REGIONS = ['North', 'South', 'East', 'West', MARKUP, FROM_RIGHT] as const;
const CARDS = ['VISA', 'MASTERCARD', 'AMEX'] as const;

const at = (day: number, minute = 0): string =>
  new Date(FIRST_ARRIVAL - (DAYS - day) * 86_400_000 + minute * 60_000).toISOString();

/** Forty days of applications and transactions, the same at every call; a tenth of some kinds is not as it should be. */
export function fortyDays(): World {
  const made = new World();
  for (let i = 0; i < APPLICATIONS; i += 1) {
    const region = REGIONS[(i * 7) % REGIONS.length];
    made.applications(
      application(`user-${i % 90}`, `app-${String(i).padStart(4, '0')}`, {
        credit_score: i % 40 === 39 ? 9_999 : 360 + ((i * 37) % 460),
        loan_amount: 1_000 + ((i * 977) % 30_000),
        timestamp: at(i % DAYS, i),
        ...(i % 11 === 0 ? {} : { region }),
        ...(i % 60 === 1 ? { consent: { scoring: true, analytics: false } } : {}),
      }),
    );
    // Half of them, on each day.
    if ((i + Math.floor(i / DAYS)) % 2 === 0) {
      const paid = {
        amount: 10 + ((i * 131) % 9_000),
        timestamp: at(i % DAYS, i + 1),
        location: i % 14 === 0 ? FROM_RIGHT : ['Oslo', 'Lima', 'Pune'][i % 3],
        merchant: i % 10 === 0 ? MARKUP : `Shop ${i % 9}`,
        card_type: CARDS[i % 3],
        device_id: `device-${i % 5}`,
      };
      made.activity(transaction(`user-${i % 90}`, `tx-${i}`, paid));
      // Elsewhere five minutes later: nobody travels so fast.
      if (i % 9 === 0)
        made.activity(
          transaction(`user-${i % 90}`, `tx-${i}-far`, {
            ...paid,
            timestamp: at(i % DAYS, i + 6),
            location: ['Quito', 'Perth'][i % 2],
          }),
        );
    }
  }
  return made;
}

export interface Stand {
  readonly browser: Browser;
  readonly warehouse: TestWarehouse;
  readonly world: World;
  readonly store: DynamoAlerts;
  readonly deps: ConsoleDeps;
  readonly console: ConsoleServer;
  /** another console on the same stores, that differs in something */
  serve(more: Partial<ConsoleDeps>): Promise<ConsoleServer>;
  /** an empty, migrated warehouse */
  emptyWarehouse(): Promise<{ readonly warehouse: TestWarehouse; readonly pool: PooledReader }>;
  /** what the batch does with alerts and reviews that have changed */
  bringDecisions(): Promise<void>;
  close(): Promise<void>;
}

/** A warehouse after a batch, the alert store, the console upon both, and a browser. All of it is real. */
export async function openStand(): Promise<Stand> {
  const [server, dynamodb, browser, web] = await Promise.all([
    startPostgres(['fsync=off']),
    startDynamoDB(),
    startBrowser(),
    buildConsole(),
  ]);
  const opened: (() => Promise<void>)[] = [];
  const closing = async (): Promise<void> => {
    for (const close of opened.toReversed()) await close();
    await browser.close();
    await Promise.all([server.stop(), dynamodb.stop()]);
  };
  const { warehouse, world, store, deps } = await stores(server, dynamodb, opened);
  const serve = async (more: Partial<ConsoleDeps>): Promise<ConsoleServer> => {
    const one = await serveConsole({ deps: { ...deps, ...more }, web });
    let closed = false;
    const close = async (): Promise<void> => {
      if (!closed) await one.close();
      closed = true;
    };
    opened.push(close);
    return { url: one.url, close };
  };
  return {
    browser,
    warehouse,
    world,
    store,
    deps,
    console: await serve({}),
    serve,
    async emptyWarehouse() {
      const empty = await TestWarehouse.create(server);
      const pool = poolOf(empty.env);
      opened.push(async () => {
        await pool.end();
        await empty.end();
      });
      return { warehouse: empty, pool };
    },
    async bringDecisions() {
      const runId = warehouse.nextRun();
      await extractAlerts(await warehouse.warehouse.client(), store, { runId });
      await warehouse.load(world, runId);
    },
    close: closing,
  };
}

async function stores(server: TestServer, dynamodb: TestDynamoDB, opened: (() => Promise<void>)[]) {
  const ended = { yes: false };
  const warehouse = await TestWarehouse.create(server);
  const world = fortyDays();
  world.archive();
  await warehouse.batch(world);
  // It is planned as of the records' own time, and ends in ours.
  await warehouse.query(`update dw.metadata_table set started = finished - interval '2 seconds' where job = 'batch'`);
  await dynamodb.createAlertsTable(TABLE);
  const store = new DynamoAlerts(dynamodb.client, TABLE);
  await store.insert(world.alerts, new Date(FIRST_ARRIVAL + 1_000_000));
  const pool = poolOf(warehouse.env);
  opened.push(async () => {
    ended.yes = true;
    await pool.end();
    await warehouse.end();
  });
  const desk = new ReviewDesk({ store, warehouse: pool, audit: () => {}, now: () => new Date() });
  const objects = world.bucket.objects();
  const deps: ConsoleDeps = {
    warehouse: pool,
    blocks: (statement) => pool.blocks(statement),
    objects,
    replay: async (id, user) => (await explain(objects, { id, user }, () => {})).map(replayed),
    desk,
    role: 'admin',
    tokenKey: 'a key of the test',
    migrations: MIGRATIONS,
    staleAfterMinutes: 60 * 24 * 365 * 10,
    liveSince: FIRST_ARRIVAL - 1,
    now: Date.now,
    onError: (error) => {
      // What was still asked when the test was over finds everything closed.
      if (!ended.yes) console.error(error);
    },
  };
  return { warehouse, world, store, deps };
}

const replayed = ({
  record,
  assessment,
  history,
  stored,
  policy,
}: Awaited<ReturnType<typeof explain>>[number]): Replayed => ({
  position: record.position,
  arrival: record.arrival,
  disposition: assessment.disposition,
  outcome: assessment.outcome,
  digest: assessment.digest,
  stored,
  policy: { id: policy.id, version: policy.version },
  history: history.length,
  rules: assessment.rules,
  conditions: {},
});
