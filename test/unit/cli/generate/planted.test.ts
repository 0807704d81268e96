import { describe, expect, it } from 'vitest';
import { realistic } from '../../../../cli/generate/realistic.ts';
import { ACTIVITY, APPLICATIONS, type StreamName } from '../../../../core/contract/streams.ts';
import { canonicalSeq } from '../../../../core/contract/position.ts';
import { inspect } from '../../../../core/events/inspect.ts';
import { protect } from '../../../../core/events/protect.ts';
import type { Inspection } from '../../../../core/events/types.ts';
import { collect } from '../scratch.ts';

const ASOF = Date.UTC(2026, 2, 31);
const LIMITS = { amountCeiling: 1_000_000_000, highBelow: 500, lowFrom: 700 };

/** What the checks say of generated records, without a history. */
async function inspected(stream: StreamName, applications: number, activity: number): Promise<Inspection[]> {
  const entries = await collect(realistic({ applications, activity, seed: 1, asOf: ASOF }));
  return entries
    .filter((entry) => entry.stream === stream)
    .map((entry, index) => {
      const position = { stream, shard: 'shardId-000000000000', seq: canonicalSeq(String(index + 1)) };
      return inspect(protect({ position, arrival: ASOF, key: 'k', data: entry.data }), LIMITS);
    });
}
const checks = (inspections: readonly Inspection[]): Set<string> =>
  new Set(inspections.flatMap((inspection) => inspection.issues.map((issue) => issue.check)));

describe('realistic records', () => {
  it.each([[10_000], [300]])('hold every failing check of applications at least once (%i)', async (count) => {
    const inspections = await inspected(APPLICATIONS, count, 0);
    expect([...checks(inspections)].sort()).toEqual([
      'card_number_present',
      'future_timestamp',
      'invalid_credit_score',
      'invalid_field',
      'invalid_loan_amount',
      'invalid_optional_field',
      'invalid_timestamp',
      'malformed_json',
      'missing_credit_score',
      'missing_field',
      'missing_loan_amount',
      'oversized_record',
    ]);
    const quarantined = inspections.filter((inspection) => inspection.kind === 'quarantined');
    expect(quarantined.length).toBeLessThan(count * (count > 1_000 ? 0.05 : 0.2));
  });

  it.each([[20_000], [300]])('hold every failing check of account activity at least once (%i)', async (count) => {
    const inspections = await inspected(ACTIVITY, 0, count);
    expect([...checks(inspections)].sort()).toEqual([
      'card_number_present',
      'future_timestamp',
      'invalid_field',
      'invalid_optional_field',
      'invalid_timestamp',
      'malformed_json',
      'missing_field',
      'oversized_record',
    ]);
  });

  it('hold duplicates in other spellings, conflicts, amendments, late revisions and reused ids', async () => {
    const entries = await collect(realistic({ applications: 10_000, activity: 0, seed: 1, asOf: ASOF }));
    const inspections = await inspected(APPLICATIONS, 10_000, 0);
    const seen = new Map<string, { hash: string; bytes: string; revision: number }[]>();
    const users = new Map<string, Set<string>>();
    const found = {
      duplicate: 0,
      otherSpelling: 0,
      conflict: 0,
      amendment: 0,
      lateRevision: 0,
      noScoring: 0,
      noAnalytics: 0,
    };
    for (const [index, inspection] of inspections.entries()) {
      if (inspection.kind !== 'application') continue;
      const { application_id: id, user_id: user, revision, consent } = inspection.application;
      if (!consent.scoring) found.noScoring += 1;
      if (!consent.analytics) found.noAnalytics += 1;
      users.set(id, (users.get(id) ?? new Set()).add(user));
      const earlier = seen.get(`${user}/${id}`) ?? [];
      const bytes = entries[index]?.data.toString() ?? '';
      const same = earlier.find((other) => other.revision === revision);
      if (same === undefined) {
        if (earlier.length > 0) found.amendment += 1;
        if (earlier.some((other) => other.revision > revision)) found.lateRevision += 1;
      } else if (same.hash !== inspection.payloadHash) found.conflict += 1;
      else if (same.bytes === bytes) found.duplicate += 1;
      else found.otherSpelling += 1;
      seen.set(`${user}/${id}`, [...earlier, { hash: inspection.payloadHash, bytes, revision }]);
    }
    for (const [kind, number] of Object.entries(found)) expect(number, kind).toBeGreaterThan(3);
    expect([...users.values()].filter((set) => set.size > 1).length).toBeGreaterThan(0);
  });

  it('keep to the 30 days, but for what is wrong on purpose', async () => {
    for (const inspection of [...(await inspected(APPLICATIONS, 3_000, 0)), ...(await inspected(ACTIVITY, 0, 3_000))]) {
      if (inspection.kind === 'quarantined') continue;
      const at = inspection.kind === 'application' ? inspection.application.event_time : inspection.activity.event_time;
      expect(at).toBeGreaterThan(ASOF - 31 * 86_400_000);
      expect(at).toBeLessThanOrEqual(ASOF);
    }
  });
});
