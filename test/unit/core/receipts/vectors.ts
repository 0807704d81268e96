import { readFileSync } from 'node:fs';
import type { StreamName } from '../../../../core/contract/streams.ts';
import { protect } from '../../../../core/events/protect.ts';
import type { LogRecord } from '../../../../core/events/types.ts';
import { PolicyBook, parsePolicy } from '../../../../core/policy/policy.ts';

/** A golden vector: records in the order of their positions, and what becomes of each. */
export interface Vector {
  readonly why: string;
  /** a shipped policy's name, a document, or a list of documents */
  readonly policy: unknown;
  readonly stream: StreamName;
  readonly records: readonly VectorRecord[];
}

export interface VectorRecord {
  /** the record as a value, or as its exact text */
  readonly data?: object;
  readonly text?: string;
  /** so many records, the n-th with `{i}` replaced by n and its timestamp n × stepMs later; nothing is expected */
  readonly repeat?: number;
  readonly stepMs?: number;
  readonly arrival?: string;
  readonly expect?: Expectation;
  /** the receipt in full */
  readonly receipt?: object;
  /** the alerts in full, without what stands in the receipt */
  readonly alerts?: readonly object[];
}

/** What a reader of DOMAIN expects, and only what the vector is about. */
export interface Expectation {
  readonly disposition?: string;
  readonly outcome?: string | null;
  readonly reasons?: readonly string[];
  readonly risk_level?: string | null;
  readonly amendment?: boolean;
  /** ids of the rules that fired */
  readonly fired?: readonly string[];
  /** results by rule id */
  readonly rules?: Readonly<Record<string, string>>;
  /** number of the record (from 1) that claimed the identity */
  readonly first?: number;
  /** check types, sorted */
  readonly checks?: readonly string[];
  readonly features?: object;
  readonly alerts?: readonly string[];
}

const ARRIVAL = '2026-11-21T00:00:00.000Z';
const POLICIES = new URL('../../../../policies/', import.meta.url);

export const shippedPolicy = (name: string): string => readFileSync(new URL(`${name}.json`, POLICIES), 'utf8');

export function bookOf(policy: unknown): PolicyBook {
  if (typeof policy === 'string') return PolicyBook.from([parsePolicy(shippedPolicy(policy))]);
  const documents = Array.isArray(policy) ? policy : [policy];
  return PolicyBook.from(documents.map((document) => parsePolicy(JSON.stringify(document))));
}

/** Sequence number of the n-th record of a vector, from 1. */
export const seqOf = (n: number): string => String(n).padStart(56, '0');

/** Each record of the vector as the log holds it; a repeated one as often as it says. */
export function recordsOf({ stream, records }: Vector): { record: LogRecord; vector: VectorRecord }[] {
  const all: { record: LogRecord; vector: VectorRecord }[] = [];
  for (const vector of records)
    for (let i = 0; i < (vector.repeat ?? 1); i++) {
      const data = Buffer.from(vector.text ?? textOf(vector, i));
      const position = { stream, shard: 'shardId-000000000000', seq: seqOf(all.length + 1) };
      const arrival = Date.parse(vector.arrival ?? ARRIVAL);
      all.push({ record: protect({ position, arrival, key: 'k', data }), vector });
    }
  return all;
}

function textOf({ data, repeat, stepMs }: VectorRecord, i: number): string {
  if (repeat === undefined) return JSON.stringify(data);
  const { timestamp } = data as { timestamp: string };
  const moved = { ...data, timestamp: new Date(Date.parse(timestamp) + i * (stepMs ?? 0)).toISOString() };
  return JSON.stringify(moved).replaceAll('{i}', String(i));
}
