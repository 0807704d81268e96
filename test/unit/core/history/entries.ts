import * as fc from 'fast-check';
import { ACTIVITY_TYPES, OUTCOMES } from '../../../../core/contract/values.ts';
import type { ActivityEntry, ApplicationEntry, HistoryEntry } from '../../../../core/history/types.ts';

export const seqOf = (n: number): string => String(n).padStart(56, '0');

export const application = (n: number, change: Partial<ApplicationEntry> = {}): ApplicationEntry => ({
  kind: 'application',
  seq: seqOf(n),
  event_time: 1_760_000_000_000 + n,
  application_id: `a-${n}`,
  revision: 1,
  payload_hash: 'ab'.repeat(32),
  outcome: 'Approved',
  ...change,
});

const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constant('\ud800'),
);
const number = fc.oneof(
  fc.nat(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
);
const seq = fc.bigInt({ min: 0n, max: 10n ** 56n - 1n }).map((value) => String(value).padStart(56, '0'));

export const applicationEntry: fc.Arbitrary<ApplicationEntry> = fc.record({
  kind: fc.constant('application' as const),
  seq,
  event_time: fc.nat(),
  application_id: text,
  revision: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  payload_hash: hash,
  outcome: fc.constantFrom(...OUTCOMES),
});

export const activityEntry: fc.Arbitrary<ActivityEntry> = fc
  .record({
    kind: fc.constant('activity' as const),
    seq,
    event_time: fc.nat(),
    type: fc.constantFrom(...ACTIVITY_TYPES),
    identity: fc.option(text),
    payload_hash: hash,
    amount: fc.option(fc.nat()),
    location: fc.option(text),
    latitude: fc.option(number),
    longitude: fc.option(number),
    device_id: fc.option(text),
  })
  .map((entry) => ({ ...entry, identity: entry.identity ?? entry.payload_hash }));

export const historyEntry: fc.Arbitrary<HistoryEntry> = fc.oneof(applicationEntry, activityEntry);
