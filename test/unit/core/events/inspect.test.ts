import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACTIVITY, APPLICATIONS, STREAM_NAMES } from '../../../../core/contract/streams.ts';
import { inspect } from '../../../../core/events/inspect.ts';
import { protect } from '../../../../core/events/protect.ts';
import type { Inspection } from '../../../../core/events/types.ts';
import { inspected, LIMITS, PLAIN, record, TRANSACTION } from './records.ts';

const FIELDS = (
  'application_id user_id credit_score loan_amount timestamp revision event_id currency annual_income ' +
  'previous_default term_months interest_rate name age region consent type transaction_id amount location ' +
  'card_type latitude longitude defaulted'
).split(' ');

/** Values good and bad for any field. */
const value = fc.oneof(
  fc.constantFrom<unknown>('', ' ', 'VISA', 'transaction', 'loan_outcome', '2026-11-20T12:00:00Z', '12.50', 'a-1'),
  fc.constantFrom<unknown>({ scoring: 'no' }, { analytics: false }, {}, [], null, true, false),
  fc.constantFrom<unknown>(0, -0, 1, 42, 300, 650, 850.5, 15_000.01, 1_795_176_000, 1e300, -1),
  fc.jsonValue({ maxDepth: 2 }),
);
const object = fc.dictionary(fc.constantFrom(...FIELDS), value);
/** An object of which most fields are good, so that many records get through. */
const nearlyGood = fc
  .tuple(fc.constantFrom(PLAIN, TRANSACTION), object, fc.array(fc.nat({ max: FIELDS.length - 1 })))
  .map(([good, rest, dropped]) => {
    const mixed: Record<string, unknown> = { ...rest, ...good };
    for (const at of dropped) delete mixed[FIELDS[at]!];
    return mixed;
  });

const issuesOf = (inspection: Inspection) => inspection.issues.map(({ check, field }) => [check, field]);

describe('inspect', () => {
  it('throws on no bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((data) => Buffer.from(data)),
      fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)),
      fc.oneof(object, nearlyGood).map((o) => Buffer.from(JSON.stringify(o))),
    );
    fc.assert(
      fc.property(bytes, fc.constantFrom(...STREAM_NAMES), fc.boolean(), (data, stream, hash) => {
        const inspection = inspect(protect(record(data, { stream })), LIMITS, { hash });
        expect(['quarantined', 'application', 'activity']).toContain(inspection.kind);
      }),
      { numRuns: 2_000 },
    );
  });

  it('comes to the same normal form however the keys are ordered', () => {
    fc.assert(
      fc.property(nearlyGood, fc.constantFrom(...STREAM_NAMES), fc.infiniteStream(fc.nat()), (o, stream, order) => {
        const rank = order[Symbol.iterator]();
        const shuffled = Object.entries(o)
          .map((entry) => ({ entry, at: rank.next().value }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ entry }) => entry);
        expect(inspected(Object.fromEntries(shuffled), { stream })).toEqual(inspected(o, { stream }));
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads a normal form written as JSON to the same normal form', () => {
    fc.assert(
      fc.property(nearlyGood, (o) => {
        const first = inspected(o);
        fc.pre(first.kind === 'application');
        const { event_time, loan_amount, ...rest } = first.application;
        const again = inspected({ ...rest, timestamp: event_time, loan_amount: (loan_amount / 100).toFixed(2) });
        expect(again).toEqual({ ...first, issues: [] });
      }),
      { numRuns: 1_000 },
    );
  });

  it('quarantines with issues, or has none of stages 1 to 4', () => {
    fc.assert(
      fc.property(nearlyGood, fc.constantFrom(...STREAM_NAMES), (o, stream) => {
        const inspection = inspected(o, { stream });
        const optional = inspection.issues.filter(({ check }) => check === 'invalid_optional_field');
        if (inspection.kind === 'quarantined') {
          expect(inspection.issues.length).toBeGreaterThan(0);
          expect(optional).toEqual([]);
        } else expect(optional).toEqual(inspection.issues);
        const fields = inspection.issues.map(({ field }) => field);
        expect(new Set(fields).size).toBe(fields.length);
      }),
      { numRuns: 1_000 },
    );
  });

  it('repeats no value in a reason', () => {
    const canary = 'canary-77b1';
    const wrong = Object.fromEntries(FIELDS.map((field) => [field, { [canary]: canary }]));
    for (const content of [wrong, { ...PLAIN, ...wrong, user_id: 'u' }, `${canary}`, `["${canary}"]`])
      for (const stream of STREAM_NAMES)
        expect(JSON.stringify(inspected(content, { stream }).issues)).not.toContain(canary);
  });

  it('without the hash says the same but for the hash', () => {
    fc.assert(
      fc.property(nearlyGood, fc.constantFrom(...STREAM_NAMES), (o, stream) => {
        const input = protect(record(o, { stream }));
        const full = inspect(input, LIMITS);
        const fast = inspect(input, LIMITS, { hash: false });
        if (full.kind === 'quarantined') expect(fast).toEqual(full);
        else if (full.kind === 'application') expect(fast).toEqual({ ...full, payloadHash: '' });
        else {
          const identity = full.activity.transaction_id ?? full.activity.event_id ?? '';
          expect(fast).toEqual({ ...full, payloadHash: '', identity });
        }
      }),
    );
  });

  it('takes ceiling and bands from the policy', () => {
    const input = protect(record({ ...PLAIN, credit_score: 600, loan_amount: 100 }));
    const limits = { amountCeiling: 9_999, highBelow: 601, lowFrom: 602 };
    expect(issuesOf(inspect(input, limits))).toEqual([['invalid_loan_amount', 'loan_amount']]);
    for (const [highBelow, lowFrom, band] of [
      [601, 602, 'High'],
      [600, 601, 'Medium'],
      [599, 600, 'Low'],
    ] as const)
      expect(inspect(input, { amountCeiling: 10_000, highBelow, lowFrom })).toMatchObject({ riskLevel: band });
  });

  it('knows no time but the arrival', () => {
    const late = { ...PLAIN, timestamp: '2031-01-01T00:00:00Z' };
    expect(issuesOf(inspected(late))).toEqual([['future_timestamp', 'timestamp']]);
    expect(inspected(late, { arrival: Date.UTC(2030, 11, 31, 23, 55) }).kind).toBe('application');
    expect(inspected(late, { arrival: Date.UTC(2030, 11, 31, 23, 55) - 1 }).kind).toBe('quarantined');
  });

  it('reads the mark of the mask, not the bytes', () => {
    const masked = protect(record({ ...PLAIN, note: '4111111111111111' }));
    expect(masked.data.toString()).toContain('411111******1111');
    expect(issuesOf(inspect(masked, LIMITS))).toEqual([['card_number_present', null]]);
    expect(inspect({ ...masked, masked: false }, LIMITS).kind).toBe('application');
  });

  it('judges a record by the stream it came on', () => {
    expect(issuesOf(inspected(PLAIN, { stream: ACTIVITY }))).toEqual([['missing_field', 'type']]);
    expect(inspected(TRANSACTION, { stream: APPLICATIONS }).issues).toHaveLength(3);
    expect(inspected(TRANSACTION, { stream: ACTIVITY }).kind).toBe('activity');
  });
});
