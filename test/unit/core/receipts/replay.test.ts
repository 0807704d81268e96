import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { APPLICATIONS, STREAM_NAMES } from '../../../../core/contract/streams.ts';
import type { LogRecord } from '../../../../core/events/types.ts';
import { inspect } from '../../../../core/events/inspect.ts';
import { decodeEntries, encodeEntries } from '../../../../core/history/codec.ts';
import { CustomerHistory, trim, VIEW_SIZE } from '../../../../core/history/history.ts';
import type { IdentityClaim } from '../../../../core/history/types.ts';
import { customerOf, decide } from '../../../../core/receipts/assess.ts';
import { Replayer, replay } from '../../../../core/receipts/replay.ts';
import type { Alert } from '../../../../core/receipts/types.ts';
import { log, logRecord } from './records.ts';
import { bookOf } from './vectors.ts';

const book = bookOf('default');

/** What a stream function leaves behind; keeps histories as storage would, trimmed and encoded. */
class Store {
  readonly receipts = new Map<string, string>();
  readonly alerts = new Map<string, Alert>();
  readonly #histories = new Map<string, string>();
  readonly #claims = new Map<string, Map<string, IdentityClaim>>();
  readonly #subjects = new Map<string, Map<string, string>>();

  /** @param crashAfter writes of the batch that are carried out; the rest is lost with the process */
  deliver(batch: readonly LogRecord[], crashAfter: number): void {
    const histories = new Map<string, CustomerHistory>();
    const writes: (() => void)[] = [];
    for (const record of batch) {
      const policy = book.inForce(record.arrival);
      const inspection = inspect(record, policy.limits);
      const customer = `${record.position.stream} ${customerOf(inspection)}`;
      const history = histories.get(customer) ?? this.#load(customer);
      histories.set(customer, history);
      const { receipt, entry, alerts } = decide(record, inspection, history, policy);
      if (entry !== null) history.add(entry);
      writes.push(() => this.receipts.set(record.position.seq, receipt));
      for (const alert of alerts)
        writes.push(() => this.alerts.set(alert.alert_id, this.alerts.get(alert.alert_id) ?? alert));
    }
    for (const [customer, history] of histories) writes.push(() => this.#save(customer, history));
    for (const write of writes.slice(0, crashAfter)) write();
  }

  #load(customer: string): CustomerHistory {
    return CustomerHistory.fromStored(decodeEntries(this.#histories.get(customer) ?? '[]'), {
      claims: this.#claims.get(customer) ?? new Map(),
      subjects: this.#subjects.get(customer) ?? new Map(),
    });
  }

  #save(customer: string, history: CustomerHistory): void {
    const { entries, spill } = trim(history.entries(), VIEW_SIZE + 50);
    this.#histories.set(customer, encodeEntries(entries));
    const claims = this.#claims.get(customer) ?? new Map<string, IdentityClaim>();
    const subjects = this.#subjects.get(customer) ?? new Map<string, string>();
    for (const { key, subject, claim } of spill) {
      if (!claims.has(key)) claims.set(key, claim);
      if (!subjects.has(subject)) subjects.set(subject, claim.seq);
    }
    this.#claims.set(customer, claims);
    this.#subjects.set(customer, subjects);
  }
}

/** Receipts and alerts of the log taken in one piece. */
function reference(records: readonly LogRecord[]) {
  const receipts = new Map<string, string>();
  const alerts = new Map<string, Alert>();
  for (const { record, assessment } of replay([records], book)) {
    receipts.set(record.position.seq, assessment.receipt);
    for (const alert of assessment.alerts) alerts.set(alert.alert_id, alert);
  }
  return { receipts, alerts };
}

/** Sizes of batches, how often each is delivered, and after how many writes each delivery but the last crashes. */
const deliveries = fc.array(
  fc.record({
    size: fc.integer({ min: 1, max: 9 }),
    crashes: fc.array(fc.nat(30), { maxLength: 3 }),
    again: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

const byId = (alerts: Map<string, Alert>) => [...alerts.values()].sort((a, b) => (a.alert_id < b.alert_id ? -1 : 1));

describe('a log gives the same receipts and alerts', () => {
  it('however it is cut into batches, redelivered, and interrupted', () => {
    fc.assert(
      fc.property(log(50), deliveries, (records, plan) => {
        const store = new Store();
        let start = 0;
        for (let i = 0; start < records.length; i++) {
          const { size, crashes, again } = plan[i % plan.length] as (typeof plan)[number];
          const batch = records.slice(start, start + size);
          for (const crashAfter of crashes) store.deliver(batch, crashAfter);
          store.deliver(batch, Infinity);
          // a retry begins anywhere in what was done; never beyond it, since a shard hands nothing out before its turn
          if (again) store.deliver(batch.slice(batch.length >> 1), Infinity);
          if (again) store.deliver(batch, Infinity);
          start += size;
        }
        const expected = reference(records);
        expect([...store.receipts].sort()).toEqual([...expected.receipts].sort());
        expect(byId(store.alerts)).toEqual(byId(expected.alerts));
      }),
      { numRuns: 150 },
    );
  });

  it('in whatever order its objects come, overlapping and repeated', () => {
    const cuts = fc.array(fc.tuple(fc.nat(40), fc.nat(40)), { maxLength: 6 });
    fc.assert(
      fc.property(log(40), cuts, fc.infiniteStream(fc.nat()), (records, pieces, random) => {
        const objects = [records, ...pieces.map(([from, length]) => records.slice(from, from + length))];
        for (const object of objects) object.sort(() => ((random.next().value ?? 0) % 2 === 0 ? 1 : -1));
        const replayed = [...replay(objects, book)];
        expect(replayed.map(({ record }) => record.position.seq)).toEqual(
          replayed.map(({ record }) => record.position.seq).sort(),
        );
        expect(new Map(replayed.map(({ record, assessment }) => [record.position.seq, assessment.receipt]))).toEqual(
          reference(records).receipts,
        );
        expect(replayed.every(({ disputed }) => !disputed)).toBe(true);
      }),
      { numRuns: 80 },
    );
  });

  it('of one customer, whatever stands between: other customers and the other stream change nothing', () => {
    fc.assert(
      fc.property(log(40), (records) => {
        const all = reference(records).receipts;
        for (const stream of STREAM_NAMES)
          for (const user of ['u', 'v']) {
            const own = records.filter((record) => {
              const inspection = inspect(record, book.inForce(record.arrival).limits);
              return record.position.stream === stream && customerOf(inspection) === user;
            });
            for (const [seq, receipt] of reference(own).receipts) expect(receipt).toBe(all.get(seq));
          }
      }),
      { numRuns: 60 },
    );
  });
});

const content = (credit_score: number) => ({
  application_id: 'a',
  user_id: 'u',
  credit_score,
  loan_amount: 9000,
  timestamp: '2026-11-20T12:00:00Z',
});

describe('a replay', () => {
  it('names a position that the log holds twice with different content', () => {
    const [first, other] = [logRecord(APPLICATIONS, 1, content(700)), logRecord(APPLICATIONS, 1, content(701))];
    const [replayed, ...rest] = replay([[first], [first, other]], book);
    expect(rest).toEqual([]);
    expect(replayed).toMatchObject({ record: first, disputed: true });
  });

  it('finds what one altered record changes: itself and those that saw it', () => {
    const records = [1, 2, 3, 4].map((n) =>
      logRecord(APPLICATIONS, n, { ...content(700), application_id: `a-${n}`, user_id: n === 3 ? 'v' : 'u' }),
    );
    const altered = records.with(0, logRecord(APPLICATIONS, 1, { ...content(700), application_id: 'a-2' }));
    const [before, after] = [reference(records).receipts, reference(altered).receipts];
    const different = [...before.keys()].filter((seq) => before.get(seq) !== after.get(seq)).map(Number);
    expect(different).toEqual([1, 2, 4]);
  });

  it('shows what a position saw', () => {
    const replayer = new Replayer(book);
    const records = [1, 2].map((n) => logRecord(APPLICATIONS, n, { ...content(700), application_id: `a-${n}` }));
    for (const record of records) replayer.replay(record);
    const seen = (n: number) =>
      replayer.seenBy('u', (records[n] as LogRecord).position).map((entry) => Number(entry.seq));
    expect([seen(0), seen(1)]).toEqual([[], [1]]);
    expect(replayer.seenBy('nobody', { stream: APPLICATIONS, seq: '9' })).toEqual([]);
  });
});
