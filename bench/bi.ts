/** Each query that dashboards ask of the views of bi, at a million applications and as many transactions. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client } from 'pg';
import { migrate } from '../lambdas/adapters/migrations.ts';
import { readSqlFiles } from '../lambdas/adapters/sql-files.ts';
import { applyViews } from '../lambdas/adapters/views.ts';
import { startPostgres } from '../local/servers/postgres.ts';
import { generateFacts } from './bi-facts.ts';
import { BI_QUERIES, type BiQuery } from './bi-queries.ts';
import { type BenchOptions, type Measurement, median } from './measure.ts';

const FACTS = 1_000_000;
const DAYS = 90;
const BI_LIMIT_MS = 200;

export async function run({ scale, runs }: BenchOptions): Promise<readonly Measurement[]> {
  const facts = Math.max(1_000, Math.round(FACTS * scale));
  const home = mkdtempSync(path.join(tmpdir(), 'crp-bench-'));
  const postgres = await startPostgres({ directory: path.join(home, 'postgres'), logFile: path.join(home, 'log') });
  let client = await postgres.connect();
  try {
    const migrations = readSqlFiles('migrations');
    await migrate(client, migrations);
    await applyViews(client, { views: readSqlFiles('views'), migrations, reader: null });
    // Settings of the database hold for connections made from now on.
    await client.end();
    client = await postgres.connect();
    await generateFacts(client, { facts, days: DAYS });
    const measurements: Measurement[] = [];
    for (const query of BI_QUERIES) measurements.push(await measure(client, query, runs));
    return measurements;
  } finally {
    await client.end();
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function measure(client: Client, query: BiQuery, runs: number): Promise<Measurement> {
  const values = query.span === undefined ? [] : await days(client, query.span);
  const times: number[] = [];
  let rows = 0;
  for (let i = -1; i < runs; i += 1) {
    const from = performance.now();
    rows = (await client.query(query.text, values)).rowCount ?? 0;
    if (i >= 0) times.push(performance.now() - from); // the first warms up
  }
  const { rows: plan } = await client.query<{ 'QUERY PLAN': string }>(
    `explain (analyze, timing off, summary off) ${query.text}`,
    values,
  );
  return {
    name: query.name,
    unit: 'ms',
    median: median(times),
    runs: times,
    baseline: null,
    ratio: null,
    target: BI_LIMIT_MS,
    atMost: true,
    note: `${rows} rows`,
    plan: plan.map((line) => line['QUERY PLAN']),
  };
}

/** @returns the days at two shares of all days */
async function days(client: Client, [from, to]: readonly [number, number]): Promise<string[]> {
  const { rows } = await client.query<{ days: string[] }>(
    `select array_agg(day::text order by day) as days
     from (
       select percentile_disc(array[$1::double precision, $2]) within group (order by date) as span from dw.dim_time
     ) as found
     cross join lateral unnest(span) as day`,
    [from, to],
  );
  return rows[0]?.days ?? [];
}
