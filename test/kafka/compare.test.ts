import { describe, expect, it } from 'vitest';
import { canonicalSeq, positionId } from '../../core/contract/position.ts';
import type { LogRecord } from '../../core/events/types.ts';
import { FIRST_ARRIVAL, World } from '../support/world.ts';
import { application } from '../support/records.ts';
import { compare, type Outcome } from './compare.ts';

/** The same records by streams of other shards, which arrive at other times; positions have nothing in common. */
function outcome(shards: number, more: readonly (object | string)[] = []): Outcome & { records: LogRecord[] } {
  const world = new World({ shards });
  // Somebody before them, who moves all positions and arrivals.
  if (shards > 1) world.applications(application('somebody else', 'b1'));
  for (let n = 0; n < 20; n++) {
    const one = application(`u${n % 4}`, `a${n}`, {
      credit_score: 400 + n * 20,
      loan_amount: 16_000,
      timestamp: FIRST_ARRIVAL - n,
    });
    world.applications(one);
    if (n % 5 === 0) world.applications(one, { ...one, loan_amount: 77 }, '{"broken', { ...one, credit_score: 'x' });
  }
  world.applications(...more);
  const produced = world.produced.slice(shards > 1 ? 1 : 0);
  return {
    records: produced.map(({ record }) => record),
    receipts: new Map(produced.map(({ record, assessment }) => [positionId(record.position), assessment.receipt])),
    alerts: new Set(world.alerts.map(({ alert_id }) => alert_id)),
  };
}

/** An outcome in which the text of some receipts is another. */
function withReceipts(from: Outcome, change: (text: string) => string): Outcome {
  return { ...from, receipts: new Map([...from.receipts].map(([id, text]) => [id, change(text)])) };
}
const differences = (one: Outcome, other: Outcome) => compare(one, other).differences;

describe('the comparison of two streams', () => {
  it('finds the same decisions the same, wherever and whenever they were made', () => {
    const [one, other] = [outcome(1), outcome(3)];
    expect(one.records.map(({ position }) => position.seq)).not.toEqual(
      other.records.map(({ position }) => position.seq),
    );
    expect(compare(one, other)).toMatchObject({
      receipts: 36,
      dispositions: { decided: 20, duplicate: 4, conflict: 4, quarantined: 8 },
      differences: [],
    });
  });

  it.each([
    ['an outcome', (text: string) => text.replace('"outcome":"Rejected"', '"outcome":"Approved"'), /outcome$/],
    ['a rule', (text: string) => text.replace('"R001"', '"R009"'), /rules$/],
    [
      'a disposition',
      (text: string) => text.replace('"disposition":"duplicate"', '"disposition":"conflict"'),
      /disposition$/,
    ],
    ['a payload hash', (text: string) => text.replace(/("payload_hash":")./, '$1x'), /payload_hash$/],
    ['who came first', (text: string) => text.replace(/("first":")\d{2}/, '$199'), /first$/],
  ])('notices %s that is another, and tells where but not what', (_what, change, told) => {
    const found = differences(outcome(1), withReceipts(outcome(3), change));
    expect(found.length).toBeGreaterThan(0);
    for (const line of found) expect(line).toMatch(told);
  });

  it('notices a record that is lost, one that is twice, one more, and one that was never decided', () => {
    const [one, other] = [outcome(1), outcome(3)];
    const lost = { ...other, records: other.records.slice(1) };
    expect(differences(one, lost).join()).toMatch(/has no record in the log.*records here and .* there/);
    expect(differences({ ...one, records: [...one.records, one.records[0]!] }, other).join()).toMatch(
      /twice in the log/,
    );
    expect(differences(one, outcome(3, [application('u9', 'a99')])).join()).toMatch(/0 records here and 1 there/);
    const undecided = new Map(other.receipts);
    undecided.delete(positionId(other.records[3]!.position));
    expect(differences(one, { ...other, receipts: undecided }).join()).toMatch(/has no receipt/);
  });

  it('notices customers whose order is lost, bytes that changed on the way, and alerts that are not on both', () => {
    const [one, other] = [outcome(1), outcome(3)];
    const swapped = other.records.map((record) => {
      const mirrored = 10n ** 56n - 1n - BigInt(record.position.seq);
      return { ...record, position: { ...record.position, seq: canonicalSeq(String(mirrored)) } };
    });
    const receipts = new Map(
      other.records.map(({ position }, n) => [
        positionId(swapped[n]!.position),
        other.receipts.get(positionId(position))!,
      ]),
    );
    expect(differences(one, { ...other, records: swapped, receipts }).length).toBeGreaterThan(10);
    const bytes = other.records.map((record, n) => (n === 5 ? { ...record, data: Buffer.from('{}') } : record));
    expect(differences(one, { ...other, records: bytes }).join()).toMatch(/the logged bytes/);
    expect(differences(one, { ...other, alerts: new Set() })).toHaveLength(one.alerts.size);
    expect(one.alerts.size).toBeGreaterThan(0);
  });
});
