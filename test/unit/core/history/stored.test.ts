import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEntries, encodeEntries, HistoryFormatError } from '../../../../core/history/codec.ts';
import { CustomerHistory, VIEW_SIZE } from '../../../../core/history/history.ts';
import { pack, PackedHistories, unpack } from '../../../../core/history/packed.ts';
import { application, applicationEntry, historyEntry, seqOf } from './entries.ts';

describe('stored entries', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.array(historyEntry, { maxLength: 10 }), (entries) => {
        expect(decodeEntries(encodeEntries(entries))).toEqual(entries);
      }),
    );
  });

  it('are short', () => {
    expect(encodeEntries([application(1)]).length).toBeLessThan(180);
  });

  it.each([
    ['', /not JSON/],
    ['[["1",2', /not JSON/],
    ['{}', /expected a list/],
    ['[{}]', /entry 0: expected a list of 6 or 10 cells/],
    ['[[1,2,3,4,5,6]]', /entry 0/],
    ['[["1",2,"a",1,"h","Approved"],["1",2]]', /entry 1/],
  ])('that cannot be read are refused: %s', (text, problem) => {
    expect(() => decodeEntries(text)).toThrow(HistoryFormatError);
    expect(() => decodeEntries(text)).toThrow(problem);
  });
});

const unique = fc.uniqueArray(historyEntry, { selector: (entry) => entry.seq, maxLength: 12 });

describe('packed histories', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(unique, (entries) => {
        const history = CustomerHistory.fromStored(entries);
        expect(unpack(pack(history)).entries()).toEqual(history.entries());
      }),
    );
  });

  it('keep the identities of what they can no longer show', () => {
    const history = CustomerHistory.fromStored(
      Array.from({ length: VIEW_SIZE + 30 }, (_, i) => application(i + 1, { application_id: `ü-${i + 1}` })),
    );
    let packed = pack(history);
    for (let round = 0; round < 3; round++) {
      const again = unpack(packed);
      expect(again.entries()).toHaveLength(VIEW_SIZE);
      expect(again.claimOfApplication('ü-1', 1, seqOf(9999))).toEqual({ seq: seqOf(1), payload_hash: 'ab'.repeat(32) });
      expect(again.claimOfApplication('ü-30', 1, seqOf(30))).toBeNull();
      expect(again.decidedBefore('ü-30', seqOf(31))).toBe(true);
      expect(again.decidedBefore('ü-31', seqOf(31))).toBe(false);
      packed = pack(again);
    }
  });

  it('of many customers show what unpacked ones do, however few may stay unpacked', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('u', 'v', 'w', 'x', 'y'), applicationEntry), { maxLength: 60 }),
        fc.integer({ min: 2, max: 4 }),
        (records, capacity) => {
          const packed = new PackedHistories(capacity);
          const plain = new Map<string, CustomerHistory>();
          records.forEach(([customer, entry], n) => {
            const added = { ...entry, seq: seqOf(n) };
            if (!plain.has(customer)) plain.set(customer, CustomerHistory.empty());
            packed.of(customer).add(added);
            plain.get(customer)?.add(added);
          });
          for (const [customer, history] of plain) expect(packed.of(customer).entries()).toEqual(history.entries());
        },
      ),
    );
  });

  it('do not grow without end for a customer who is never packed', () => {
    const packed = new PackedHistories();
    for (let n = 1; n <= 2 * VIEW_SIZE + 5; n++) packed.of('u').add(application(n));
    expect(packed.of('u').entries().length).toBeLessThan(2 * VIEW_SIZE);
    expect(packed.of('u').claimOfApplication('a-1', 1, seqOf(5000))?.seq).toBe(seqOf(1));
  });
});
