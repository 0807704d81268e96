/** The console upon 100,000 applications and as many transactions: in a browser, by its API, and what it weighs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { Pool } from 'pg';
import type { Browser } from 'playwright-core';
import type { ConsoleDeps } from '../console/api/deps.ts';
import { serveConsole } from '../console/server/server.ts';
import { buildConsole } from '../console/web/build.ts';
import { migrate } from '../lambdas/adapters/migrations.ts';
import { readSqlFiles } from '../lambdas/adapters/sql-files.ts';
import { applyViews } from '../lambdas/adapters/views.ts';
import { PooledReader } from '../lambdas/adapters/warehouse-pool.ts';
import { type PostgresServer, startPostgres } from '../local/servers/postgres.ts';
import { startBrowser } from '../test/console/browser/browser.ts';
import { generateFacts } from './bi-facts.ts';
import { coldVisit, filterChanges, type Screen, type Times } from './console-page.ts';
import { type BenchOptions, type Measurement, median } from './measure.ts';

const APPLICATIONS = 100_000;
const DAYS = 90;
const PAINT_LIMIT_MS = 1_500;
const FILTER_LIMIT_MS = 300;
const BUNDLE_LIMIT_KB = 350;
const BI_LIMIT_S = 10;

const SCREENS = {
  overview: { path: '/', shown: '[data-figure="applications"]' },
  'fraud queue': { path: '/fraud-queue', shown: '[data-table="alerts"]' },
  fraud: { path: '/fraud', shown: '[data-chart="rules"]' },
  'credit risk': { path: '/credit-risk', shown: '[data-chart="score_distribution"]' },
  'data quality': { path: '/data-quality', shown: '[data-chart="invalid_share"]' },
  pipeline: { path: '/pipeline', shown: '[data-stage="warehouse"]' },
  applications: { path: '/applications', shown: '[data-table="applications"]' },
} satisfies Record<string, Screen>;
const FILTERED = ['overview', 'credit risk', 'fraud', 'fraud queue', 'applications'] as const;
const ROUTES = [
  'meta',
  'overview',
  'overview?region=Region 3',
  'alerts',
  'alerts?region=Region 3',
  'fraud',
  'fraud?region=Region 3',
  'credit-risk',
  'credit-risk?region=Region 3',
  'data-quality',
  'pipeline',
  'applications',
  'applications?region=Region 3',
] as const;

export async function run({ scale, runs }: BenchOptions): Promise<readonly Measurement[]> {
  const home = mkdtempSync(path.join(tmpdir(), 'crp-bench-'));
  const postgres = await startPostgres({ directory: path.join(home, 'postgres'), logFile: path.join(home, 'log') });
  try {
    await fill(postgres, Math.max(1_000, Math.round(APPLICATIONS * scale)));
    const web = await buildConsole();
    const { port, user, password } = postgres;
    const pool = new PooledReader(new Pool({ host: '127.0.0.1', port, user, password, database: 'postgres', max: 4 }));
    const server = await serveConsole({ deps: depsOf(pool), web });
    try {
      const routes: Measurement[] = [];
      for (const route of ROUTES) routes.push(await measureRoute(server.url, route, runs));
      const screens = await withBrowser((browser) => measureScreens(browser, server.url, runs));
      return [...screens, ...routes, weigh(web), await generateReports(runs)];
    } finally {
      await server.close();
      await pool.end();
    }
  } finally {
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function fill(postgres: PostgresServer, facts: number): Promise<void> {
  const client = await postgres.connect();
  try {
    const migrations = readSqlFiles('migrations');
    await migrate(client, migrations);
    await applyViews(client, { views: readSqlFiles('views'), migrations, reader: null });
    await generateFacts(client, { facts, days: DAYS });
  } finally {
    await client.end();
  }
}

/** The warehouse is all that these figures ask: neither receipts nor the store of alerts are there. */
const depsOf = (pool: PooledReader): ConsoleDeps => ({
  warehouse: pool,
  blocks: (statement) => pool.blocks(statement),
  objects: null,
  replay: null,
  desk: null,
  role: 'admin',
  tokenKey: 'a key of the bench',
  migrations: readSqlFiles('migrations').map(({ name }) => name),
  staleAfterMinutes: 24 * 60 * 365,
  liveSince: Date.now(),
  now: Date.now,
  onError: (error) => console.error(error),
});

async function withBrowser<T>(work: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = await startBrowser();
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

const atMost = (name: string, unit: string, times: readonly number[], target: number | null): Measurement => ({
  name,
  unit,
  median: median(times),
  runs: times,
  baseline: null,
  ratio: null,
  target,
  atMost: true,
});

async function measureScreens(browser: Browser, url: string, runs: number): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const [name, screen] of Object.entries(SCREENS)) {
    const times: Times[] = [];
    // The first warms up; each has a browser context of its own, and so an empty cache.
    for (let i = -1; i < runs; i += 1) {
      const one = await coldVisit(browser, url, screen);
      if (i >= 0) times.push(one);
    }
    const of = (key: keyof Times): number[] => times.map((one) => one[key]);
    measurements.push(
      atMost(`${name}: navigation → figures shown`, 'ms', of('useful'), PAINT_LIMIT_MS),
      atMost(`${name}: navigation → all drawn`, 'ms', of('settled'), null),
    );
  }
  const values = Array.from({ length: runs + 1 }, (_, i) => `Region ${1 + (i % 12)}`);
  for (const name of FILTERED)
    measurements.push(
      atMost(
        `${name}: region chosen → all drawn`,
        'ms',
        await filterChanges(browser, url, SCREENS[name], { filter: 'region', values }),
        FILTER_LIMIT_MS,
      ),
    );
  return measurements;
}

async function measureRoute(url: string, route: string, runs: number): Promise<Measurement> {
  const times: number[] = [];
  let bytes = 0;
  for (let i = -1; i < runs; i += 1) {
    const from = performance.now();
    const response = await fetch(new URL(`/api/${route}`, url));
    bytes = (await response.arrayBuffer()).byteLength;
    if (!response.ok) throw new Error(`/api/${route} answered ${response.status}`);
    if (i >= 0) times.push(performance.now() - from); // the first warms up
  }
  return { ...atMost(`/api/${route}`, 'ms', times, null), note: `${bytes} bytes` };
}

/** All parts together, as they would be sent. */
function weigh(web: string): Measurement {
  const sizes = globSync('**/*.*', { cwd: web }).map((name) => gzipSync(readFileSync(path.join(web, name))).length);
  const kilobytes = sizes.reduce((sum, bytes) => sum + bytes, 0) / 1_000;
  return atMost('what a browser loads, gzipped', 'kB', [kilobytes], BUNDLE_LIMIT_KB);
}

/** Compares only, so that a bench writes no source: all files are made all the same. */
async function generateReports(runs: number): Promise<Measurement> {
  const times: number[] = [];
  for (let i = -1; i < runs; i += 1) {
    const from = performance.now();
    const child = spawn('npm', ['run', '-s', 'bi', '--', '--check'], {
      cwd: path.join(import.meta.dirname, '..'),
      stdio: 'inherit',
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`npm run bi -- --check ended with code ${code}`);
    if (i >= 0) times.push((performance.now() - from) / 1_000);
  }
  return atMost('npm run bi -- --check', 's', times, BI_LIMIT_S);
}
