/** From the masked bytes of a record to the bytes of its receipt with digest, on one thread; see Measurement. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACTIVITY, APPLICATIONS, type StreamName } from '../core/contract/streams.ts';
import type { LogRecord } from '../core/events/types.ts';
import { inspect } from '../core/events/inspect.ts';
import { CustomerHistory } from '../core/history/history.ts';
import { parsePolicy, type Policy } from '../core/policy/policy.ts';
import { customerOf, decide } from '../core/receipts/assess.ts';
import { type BenchOptions, type Measurement, median } from './measure.ts';

const RECORDS = 100_000;
const RECORDS_PER_CUSTOMER = 3;
const START = Date.UTC(2026, 0, 1);
/** 100,000 records are 69 days: a customer seldom applies twice a day. */
const SPACING = 60_000;

/** A reproducible stream of numbers in [0, 1): mulberry32. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Make = (random: () => number, i: number, customers: number) => Record<string, unknown>;

const plain: Make = (random, i, customers) => ({
  application_id: `app-${String(i).padStart(9, '0')}`,
  user_id: `user-${Math.floor(random() * customers)}`,
  credit_score: 300 + Math.floor(random() * 551),
  loan_amount: Math.round(100_000 + random() * 1_900_000) / 100,
  timestamp: (START + i * SPACING) / 1000,
});

const rich: Make = (random, i, customers) => ({
  ...plain(random, i, customers),
  timestamp: new Date(START + i * SPACING).toISOString(),
  annual_income: 20_000 + Math.floor(random() * 100_000),
  monthly_debt_payment: Math.floor(random() * 2_000),
  total_debt: Math.floor(random() * 50_000),
  collateral_value: Math.floor(random() * 40_000),
  credit_limit: 10_000,
  credit_used: Math.floor(random() * 10_000),
  employment_months: Math.floor(random() * 240),
  late_payments_12m: Math.floor(random() * 4),
  previous_default: random() < 0.1,
  loan_purpose: 'debt_consolidation',
  term_months: 36,
  interest_rate: Math.round(random() * 2_000) / 100,
  home_ownership: 'RENT',
  region: `EU-${Math.floor(random() * 20)}`,
  device_id: `dev-${Math.floor(random() * customers * 2)}`,
  ip_address: `10.${Math.floor(random() * 255)}.${Math.floor(random() * 255)}.7`,
  channel: 'web',
});

const transaction: Make = (random, i, customers) => ({
  transaction_id: `tx-${String(i).padStart(9, '0')}`,
  user_id: `user-${Math.floor((random() * customers) / 10)}`,
  amount: Math.round(100 + random() * 50_000) / 100,
  timestamp: new Date(START + i * SPACING).toISOString(),
  location: random() < 0.9 ? 'Berlin' : 'Hamburg',
  merchant: `Shop ${Math.floor(random() * 300)}`,
  card_type: 'VISA',
  device_id: `dev-${Math.floor(random() * 4)}`,
  latitude: 52.52,
  longitude: 13.4,
});

function records(make: Make, stream: StreamName, count: number): LogRecord[] {
  const random = generator(7);
  return Array.from({ length: count }, (_, i) => ({
    position: { stream, shard: 'shardId-000000000000', seq: `4965${String(i).padStart(52, '0')}` },
    arrival: START + i * SPACING + 60_000,
    key: '',
    masked: false,
    data: Buffer.from(JSON.stringify(make(random, i, Math.ceil(count / RECORDS_PER_CUSTOMER)))),
  }));
}

/** @returns seconds; the checksum keeps the work from being optimised away */
function assessAll(all: readonly LogRecord[], policy: Policy): number {
  const histories = new Map<string, CustomerHistory>();
  const receipts = Buffer.alloc(16 * 1024);
  let bytes = 0;
  const start = performance.now();
  for (const record of all) {
    const inspection = inspect(record, policy.limits);
    const customer = customerOf(inspection) ?? '';
    let history = histories.get(customer);
    if (history === undefined) histories.set(customer, (history = CustomerHistory.empty()));
    const assessment = decide(record, inspection, history, policy);
    if (assessment.entry !== null) history.add(assessment.entry);
    bytes += receipts.write(assessment.receipt);
  }
  const seconds = (performance.now() - start) / 1000;
  if (bytes < all.length * 500) throw new Error('the receipts are shorter than receipts can be');
  return seconds;
}

function parseAndHash(all: readonly LogRecord[]): number {
  let length = 0;
  const start = performance.now();
  for (const { data } of all) {
    length += Object.keys(JSON.parse(data.toString()) as object).length;
    length += hash('sha256', data, 'hex').length;
  }
  const seconds = (performance.now() - start) / 1000;
  if (length < all.length * 64) throw new Error('nothing was parsed');
  return seconds;
}

export async function run({ scale, runs }: BenchOptions): Promise<readonly Measurement[]> {
  const policy = parsePolicy(readFileSync(join(import.meta.dirname, '..', 'policies', 'default.json'), 'utf8'));
  const kinds = [
    { name: 'assess: rich applications', make: rich, stream: APPLICATIONS, target: 30_000 },
    { name: 'assess: plain applications', make: plain, stream: APPLICATIONS, target: 50_000 },
    { name: 'assess: transactions', make: transaction, stream: ACTIVITY, target: null },
  ] as const;
  return kinds.map(({ name, make, stream, target }) => {
    const all = records(make, stream, Math.max(5_000, Math.round(RECORDS * scale)));
    const rates: number[] = [];
    const baselines: number[] = [];
    for (let i = -1; i < runs; i++) {
      globalThis.gc?.();
      const baseline = all.length / parseAndHash(all);
      globalThis.gc?.();
      const rate = all.length / assessAll(all, policy);
      if (i < 0) continue; // the first warms up
      rates.push(rate);
      baselines.push(baseline);
    }
    const size = Math.round(all.reduce((sum, { data }) => sum + data.length, 0) / all.length);
    return {
      name,
      unit: 'records/s',
      median: median(rates),
      runs: rates,
      baseline: { name: 'JSON.parse + sha256 of the same bytes', value: median(baselines) },
      ratio: median(rates) / median(baselines),
      target,
      note: `${size} bytes each, policy default, one thread`,
    };
  });
}
