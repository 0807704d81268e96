import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CustomerHistory, historyKey, subjectKey, trim, VIEW_SIZE } from '../../../../core/history/history.ts';
import type { ApplicationEntry, IdentityClaim } from '../../../../core/history/types.ts';
import { activityEntry, application, applicationEntry, seqOf } from './entries.ts';

const upTo = (n: number): ApplicationEntry[] => Array.from({ length: n }, (_, i) => application(i + 1));

function seen(history: CustomerHistory, seq: string): readonly string[] {
  const { entries, from, to } = history.below(seq);
  return entries.slice(from, to).map((entry) => entry.seq);
}

describe('what a position sees', () => {
  it('is what stands below it, and neither itself nor what comes after', () => {
    const history = CustomerHistory.fromStored(upTo(3));
    expect(seen(history, seqOf(1))).toEqual([]);
    expect(seen(history, seqOf(3))).toEqual([seqOf(1), seqOf(2)]);
    expect(seen(history, seqOf(4))).toEqual([seqOf(1), seqOf(2), seqOf(3)]);
  });

  it('is the last 500 of it', () => {
    const history = CustomerHistory.fromStored(upTo(VIEW_SIZE + 2));
    expect(seen(history, seqOf(VIEW_SIZE + 1))).toHaveLength(VIEW_SIZE);
    expect(seen(history, seqOf(VIEW_SIZE + 1))[0]).toBe(seqOf(1));
    expect(seen(history, seqOf(VIEW_SIZE + 2))[0]).toBe(seqOf(2));
    expect(seen(history, seqOf(VIEW_SIZE + 3))).toHaveLength(VIEW_SIZE);
  });

  it('compares positions as numbers of 56 digits', () => {
    const history = CustomerHistory.fromStored([application(9), application(10)]);
    expect(seen(history, seqOf(10))).toEqual([seqOf(9)]);
  });

  it('is the same in whatever order, and however often, the entries were added', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { maxLength: 80 }), fc.nat(60), (numbers, position) => {
        const history = CustomerHistory.empty();
        for (const n of numbers) history.add(application(n));
        const expected = [...new Set(numbers)].sort((a, b) => a - b);
        expect(history.entries().map((entry) => entry.seq)).toEqual(expected.map(seqOf));
        expect(seen(history, seqOf(position))).toEqual(expected.filter((n) => n < position).map(seqOf));
      }),
    );
  });

  it('does not change when an entry of a position is added again', () => {
    const history = CustomerHistory.fromStored([application(1)]);
    expect(history.add(application(1, { outcome: 'Rejected' }))).toBe(false);
    expect(history.entries()).toEqual([application(1)]);
    expect(history.add(application(2))).toBe(true);
  });
});

/** What the class must agree with: all entries, searched from the start. */
function oracle(entries: readonly ApplicationEntry[], id: string, revision: number, seq: string) {
  const below = entries.filter((entry) => entry.seq < seq).sort((a, b) => (a.seq < b.seq ? -1 : 1));
  return {
    claim: below.find((entry) => entry.application_id === id && entry.revision === revision)?.seq ?? null,
    before: below.some((entry) => entry.application_id === id),
  };
}

describe('the claim of an identity', () => {
  const small = fc.array(
    fc.record({
      n: fc.integer({ min: 1, max: 200 }),
      id: fc.constantFrom('a', 'b', 'c'),
      revision: fc.integer({ min: 1, max: 12 }),
    }),
    { maxLength: 60 },
  );

  it('is the first record below the position, with few entries and with many, spilled or not', () => {
    fc.assert(
      fc.property(small, fc.nat(60), fc.nat(201), (made, cut, position) => {
        const unique = [...new Map(made.map((entry) => [entry.n, entry])).values()];
        const entries = unique
          .map(({ n, id, revision }) => application(n, { application_id: id, revision }))
          .sort((a, b) => (a.seq < b.seq ? -1 : 1));
        const spilled = entries.slice(0, cut);
        const claims = new Map<string, IdentityClaim>();
        const subjects = new Map<string, string>();
        for (const entry of spilled) {
          if (!claims.has(historyKey(entry))) claims.set(historyKey(entry), entry);
          if (!subjects.has(subjectKey(entry))) subjects.set(subjectKey(entry), entry.seq);
        }
        const histories = [
          CustomerHistory.fromStored(entries),
          CustomerHistory.fromStored(entries.slice(cut), { claims, subjects }),
          CustomerHistory.fromStored(entries, { claims, subjects }),
        ];
        for (const history of histories)
          for (const id of ['a', 'b', 'c', 'd'])
            for (const revision of [1, 2, 10, 12]) {
              const expected = oracle(entries, id, revision, seqOf(position));
              expect(history.claimOfApplication(id, revision, seqOf(position))?.seq ?? null).toBe(expected.claim);
              expect(history.decidedBefore(id, seqOf(position))).toBe(expected.before);
            }
      }),
    );
  });

  it('of activity is by type and identity', () => {
    fc.assert(
      fc.property(fc.uniqueArray(activityEntry, { selector: (entry) => entry.seq, maxLength: 40 }), (entries) => {
        const history = CustomerHistory.fromStored(entries);
        for (const { type, identity, seq } of entries) {
          const first = entries
            .filter((entry) => entry.type === type && entry.identity === identity)
            .reduce((least, entry) => (entry.seq < least ? entry.seq : least), seq);
          expect(history.claimOfActivity(type, identity, seq)?.seq ?? null).toBe(first < seq ? first : null);
        }
      }),
    );
  });

  it('does not confuse an id that ends in digits with a revision', () => {
    const history = CustomerHistory.fromStored([application(1, { application_id: 'a1', revision: 2 })]);
    expect(history.claimOfApplication('a', 12, seqOf(5))).toBeNull();
    expect(history.claimOfApplication('a1', 2, seqOf(5))?.seq).toBe(seqOf(1));
  });
});

describe('trimming', () => {
  it('keeps the newest and names what the others claim', () => {
    const entries = upTo(VIEW_SIZE + 2);
    const { entries: kept, spill } = trim(entries, VIEW_SIZE);
    expect(kept).toEqual(entries.slice(2));
    expect(spill).toEqual(
      [1, 2].map((n) => ({
        key: `a-${n}\u00001`,
        subject: `a-${n}`,
        claim: { seq: seqOf(n), payload_hash: 'ab'.repeat(32) },
      })),
    );
  });

  it('spills nothing of a short history, and refuses to keep less than rules can see', () => {
    const entries = upTo(3);
    expect(trim(entries, VIEW_SIZE)).toEqual({ entries, spill: [] });
    expect(() => trim(entries, VIEW_SIZE - 1)).toThrow(RangeError);
    expect(() => trim(entries, NaN)).toThrow(RangeError);
  });

  it('changes nothing that a position from the kept ones on can see', () => {
    fc.assert(
      fc.property(fc.array(applicationEntry, { minLength: 1, maxLength: 5 }), fc.nat(20), (extra, more) => {
        const whole = [...upTo(VIEW_SIZE + more), ...extra.map((entry, i) => ({ ...entry, seq: seqOf(2000 + i) }))];
        const { entries, spill } = trim(whole, VIEW_SIZE + 10);
        const history = CustomerHistory.fromStored(entries, {
          claims: new Map(spill.map(({ key, claim }) => [key, claim])),
          subjects: new Map(spill.map(({ subject, claim }) => [subject, claim.seq])),
        });
        const full = CustomerHistory.fromStored(whole);
        const seq = seqOf(3000);
        expect(seen(history, seq)).toEqual(seen(full, seq));
        for (const { application_id, revision } of whole) {
          expect(history.claimOfApplication(application_id, revision, seq)?.seq).toBe(
            full.claimOfApplication(application_id, revision, seq)?.seq,
          );
        }
      }),
      { numRuns: 20 },
    );
  });
});
