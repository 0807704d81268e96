/** Alert latency at a steady rate: from a record's arrival on the stream until a reader of the alert store sees it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoAlerts } from '../lambdas/adapters/alert-store-dynamo.ts';
import type { Stack } from '../local/index.ts';
import { output, Producer, withStack } from './host.ts';
import { type BenchOptions, type Measurement, median, percentile } from './measure.ts';

const RATE = 500;
const SECONDS = 60;
const WARM_UP_SECONDS = 5;
/** The reader asks so often; what it measures is late by up to as much. */
const POLL_MS = 50;

export async function run({ scale, runs }: BenchOptions): Promise<readonly Measurement[]> {
  const seconds = Math.max(10, Math.round(SECONDS * scale));
  const results: { p50: number; p99: number; alerts: number; floor: number }[] = [];
  for (let i = 0; i < runs; i += 1)
    results.push(
      await withStack(true, async (stack) => {
        const floor = await roundTrip(stack);
        const latencies = await observe(stack, seconds);
        return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), alerts: latencies.length, floor };
      }),
    );
  const baseline = { name: 'one look at the alert store', value: median(results.map(({ floor }) => floor)) };
  const alerts = Math.min(...results.map((one) => one.alerts));
  const row = (name: 'p50' | 'p99', target: number | null): Measurement => {
    const values = results.map((one) => one[name]);
    return {
      name: `alert latency at ${RATE} records/s, ${name}`,
      unit: 'ms',
      median: median(values),
      runs: values,
      baseline,
      ratio: median(values) / baseline.value,
      target,
      atMost: true,
      note: `${seconds} s, at least ${alerts} alerts a run, seen by a reader who looks every ${POLL_MS} ms`,
    };
  };
  return [row('p50', null), row('p99', 1_500)];
}

/** @returns ms of each alert that arrived after the warm-up */
async function observe(stack: Stack, seconds: number): Promise<number[]> {
  const store = new DynamoAlerts(stack.clients.dynamodb, output(stack, 'AlertsTableName'));
  const seen = new Set<string>();
  const latencies: number[] = [];
  const countFrom = Date.now() + WARM_UP_SECONDS * 1000;
  let since = new Date().toISOString();
  const look = async (): Promise<void> => {
    // Writers overlap: one that began earlier may be seen later.
    const from = new Date(Date.parse(since) - 2_000).toISOString();
    for await (const page of store.updatedSince(from)) {
      const now = Date.now();
      for (const { alert_id, arrival, updated_at } of page) {
        if (updated_at > since) since = updated_at;
        if (seen.has(alert_id)) continue;
        seen.add(alert_id);
        if (arrival >= countFrom) latencies.push(now - arrival);
      }
    }
  };
  const producer = new Producer(stack, {
    applications: RATE * (seconds + WARM_UP_SECONDS),
    seed: 1,
    rate: RATE,
  });
  const drained = new AbortController();
  const looking = (async () => {
    while (!drained.signal.aborted) {
      await look();
      await sleep(POLL_MS);
    }
  })();
  await producer.done;
  // The last records' latency counts too: the readers go on until the stream is empty.
  await stack.drained();
  drained.abort();
  await looking;
  await look();
  if (latencies.length < 50) throw new Error(`only ${latencies.length} alerts: too few for a percentile`);
  return latencies;
}

async function roundTrip(stack: Stack): Promise<number> {
  const store = new DynamoAlerts(stack.clients.dynamodb, output(stack, 'AlertsTableName'));
  const times: number[] = [];
  for (let i = 0; i < 50; i += 1) {
    const start = performance.now();
    for await (const page of store.updatedSince(new Date().toISOString())) void page;
    times.push(performance.now() - start);
  }
  return median(times);
}
