import * as fc from 'fast-check';
import { ACTIVITY, APPLICATIONS, type StreamName } from '../../../../core/contract/streams.ts';
import { protect } from '../../../../core/events/protect.ts';
import type { LogRecord } from '../../../../core/events/types.ts';
import { seqOf } from './vectors.ts';

export const ARRIVAL = Date.UTC(2026, 10, 21);
const MINUTE = 60_000;

export const logRecord = (stream: StreamName, n: number, content: unknown, arrival = ARRIVAL): LogRecord =>
  protect({
    position: { stream, shard: 'shardId-000000000000', seq: seqOf(n) },
    arrival,
    key: 'k',
    data: Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)),
  });

/** Texts that JSON must escape, and some that it need not. */
const text = fc.oneof(
  fc.constantFrom(
    'web',
    'a "quoted" \\ text',
    'Zürich',
    '雪😀',
    '\u2028',
    '\u007f',
    ',"outcome":"Approved"',
    '{"id":"R9"',
  ),
  fc.string({ maxLength: 10 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const amount = fc.oneof(
  fc.constantFrom(0, 1e21, 0.1, 5e-7, 5e-324),
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
);
const time = fc.integer({ min: 0, max: 40 }).map((minutes) => new Date(ARRIVAL - minutes * MINUTE).toISOString());
const absent = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** Few ids and few values, so that duplicates, conflicts, amendments and bursts are frequent; now and then broken. */
export const applicationContent = fc.record({
  application_id: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom('a', 'b', 'c', 'd') },
    { weight: 1, arbitrary: text },
  ),
  user_id: fc.constantFrom('u', 'v'),
  credit_score: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(400, 449, 500, 600, 720) },
    { weight: 1, arbitrary: fc.constant('x') },
  ),
  loan_amount: fc.constantFrom(9000, 15000, '15000.01', 20000),
  timestamp: time,
  revision: absent(fc.constantFrom(1, 2, 10)),
  annual_income: absent(fc.oneof(fc.constantFrom(9000, 15000.01), amount)),
  total_debt: absent(amount),
  credit_used: absent(amount),
  credit_limit: absent(amount),
  employment_months: absent(amount),
  previous_default: absent(fc.boolean()),
  consent: absent(fc.constantFrom({ scoring: false }, { analytics: false }, 'yes')),
  currency: absent(text),
  device_id: absent(text),
  region: absent(text),
  event_id: absent(text),
  name: absent(text),
  term_months: absent(fc.constantFrom(36, 0)),
});

export const activityContent = fc.record({
  type: absent(fc.constantFrom('transaction', 'payment_made', 'loan_outcome')),
  transaction_id: absent(fc.constantFrom('t1', 't2', 't3', 't4', 't5', 't6', 't7')),
  application_id: absent(fc.constantFrom('a', 'b')),
  defaulted: absent(fc.boolean()),
  user_id: fc.constantFrom('u', 'v'),
  amount: fc.constantFrom(10, '20.00', 2000, 9000.01),
  timestamp: time,
  event_id: absent(text),
  location: absent(fc.constantFrom('Rome', ' rome ', 'Oslo', 'a "b"')),
  merchant: absent(text),
  card_type: absent(fc.constantFrom('VISA', 'DINERS')),
  device_id: absent(fc.constantFrom('d1', 'd2', 'd3')),
  latitude: absent(fc.constantFrom(0, 52.52, 1e-7)),
  longitude: absent(fc.constantFrom(0, 13.4)),
  credit_score: absent(fc.constantFrom(499, 700, 900)),
});

/** A log of one shard, in the order of positions. */
export const log = (maxLength: number): fc.Arbitrary<LogRecord[]> =>
  fc
    .array(
      fc.oneof(
        fc.tuple(fc.constant(APPLICATIONS), applicationContent),
        fc.tuple(fc.constant(ACTIVITY), activityContent),
        fc.tuple(
          fc.constantFrom(APPLICATIONS, ACTIVITY),
          fc.constantFrom('', '{', '[]', '{"card":"4111 1111 1111 1111"}'),
        ),
      ),
      { maxLength },
    )
    .map((contents) => contents.map(([stream, content], i) => logRecord(stream, i + 1, content)));
