import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { APPLICATIONS } from '../../../../core/contract/streams.ts';
import { giveUp } from '../../../../core/receipts/assess.ts';
import { readReceiptFacts } from '../../../../core/receipts/receipt-facts.ts';
import { parseReceiptLines, ReceiptLineError, receiptLine } from '../../../../core/receipts/receipt-line.ts';
import { Replayer } from '../../../../core/receipts/replay.ts';
import type { Assessment } from '../../../../core/receipts/types.ts';
import { ARRIVAL, log, logRecord } from './records.ts';
import { bookOf } from './vectors.ts';

const book = bookOf('default');

/** The facts as JSON.parse sees them. */
function factsOf({ digest, receipt }: Assessment) {
  const parsed = JSON.parse(receipt);
  return {
    position: parsed.position,
    arrival: parsed.arrival,
    disposition: parsed.disposition,
    digest,
    payload_hash: parsed.payload_hash ?? null,
    outcome: parsed.outcome ?? null,
    risk_level: parsed.risk_level ?? null,
    amendment: parsed.amendment ?? false,
    fired: (parsed.rules ?? [])
      .filter((rule: { result: string }) => rule.result === 'fired')
      .map((rule: { id: string }) => rule.id),
    policy: parsed.policy,
  };
}

const linesOf = (assessments: readonly Assessment[], code = 'abc123'): Buffer =>
  Buffer.from(assessments.map((assessment) => receiptLine(assessment, code)).join(''));

describe('receipt lines', () => {
  it('give back code, digest, receipt and position', () => {
    fc.assert(
      fc.property(
        log(15),
        fc.string({ unit: 'binary' }).filter((code) => code.isWellFormed()),
        (records, code) => {
          const replayer = new Replayer(book);
          const assessments = records.map((record) => replayer.replay(record));
          expect([...parseReceiptLines(linesOf(assessments, code))]).toEqual(
            assessments.map(({ digest, receipt }, i) => ({ code, digest, receipt, position: records[i]?.position })),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('give the facts that JSON.parse would', () => {
    fc.assert(
      fc.property(log(25), (records) => {
        const replayer = new Replayer(book);
        const assessments = records.map((record) => replayer.replay(record));
        expect([...readReceiptFacts(linesOf(assessments))]).toEqual(assessments.map(factsOf));
      }),
      { numRuns: 60 },
    );
  });

  it('give the facts of a position that was given up', () => {
    const given = giveUp(logRecord(APPLICATIONS, 7, '{'), book.inForce(ARRIVAL));
    expect([...readReceiptFacts(linesOf([given]))]).toEqual([factsOf(given)]);
  });

  it('are none in an empty object', () => {
    expect([...parseReceiptLines(Buffer.alloc(0))]).toEqual([]);
    expect([...readReceiptFacts(Buffer.alloc(0))]).toEqual([]);
  });

  const good = linesOf([new Replayer(book).replay(logRecord(APPLICATIONS, 1, { broken: true }))]).toString();

  it.each([
    ['cut short', good + good.slice(0, 200), /line 2 is cut short/],
    ['without the newline at the end', good.slice(0, -1), /line 1 is cut short/],
    ['something else', `${good}{"a":{}}\n`, /line 2 is not a receipt line/],
    ['a blank line', `${good}\n`, /line 2 is cut short/],
    ['a line of the log', `{"v":1,"stream":"credit_applications"}}\n`, /line 1 is not a receipt line/],
    ['a short digest', good.replace(/"digest":"../, '"digest":"'), /line 1 has no digest/],
    ['a stream that is none', good.replace('credit_applications', 'else'), /line 1 names an unknown stream/],
  ])('%s are refused, and the line is named', (_what, text, problem) => {
    for (const read of [parseReceiptLines, readReceiptFacts]) {
      expect(() => [...read(Buffer.from(text))]).toThrow(ReceiptLineError);
      expect(() => [...read(Buffer.from(text))]).toThrow(problem);
    }
  });

  it('of a disposition from the future are refused', () => {
    expect(() => [...readReceiptFacts(Buffer.from(good.replace('"quarantined"', '"postponed"')))]).toThrow(
      /line 1 has a value that this version does not know/,
    );
  });

  it('never make the reader fail otherwise, whatever is broken', () => {
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(40), fc.string({ maxLength: 5 }), (at, length, insert) => {
        const text = good.slice(0, at) + insert + good.slice(at + length);
        for (const read of [parseReceiptLines, readReceiptFacts])
          try {
            for (const line of read(Buffer.from(text))) expect(line.digest).toHaveLength(64);
          } catch (error) {
            expect(error).toBeInstanceOf(ReceiptLineError);
          }
      }),
    );
  });
});
