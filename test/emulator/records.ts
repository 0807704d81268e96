import { plainApplications } from '../../cli/generate/plain.ts';
import type { Entry, Source } from '../../cli/produce/source.ts';
import { ACTIVITY, APPLICATIONS, STREAM_NAMES, type StreamName } from '../../core/contract/streams.ts';

const DAY = 86_400_000;
/** On both sides of every threshold of `founding`. */
const SCORES = [300, 449, 450, 499, 500, 599, 600, 699, 700, 850];
const AMOUNTS = [0.01, 15_000, 15_000.01, 10_000_000];

type Fields = Readonly<Record<string, unknown>>;

/**
 * Exactly `count` applications (nearly all of the plain profile, the rest planted: thresholds, repeats, amendments,
 * refused consent, faults) and `activity` transactions. The same arguments give the same records.
 *
 * @param asOf ms since 1970: all events lie before it
 */
export function emulatorRecords(count: number, activity: number, asOf: number): Source & { entries: Entry[] } {
  const planted = plantedApplications(asOf);
  const plain = [...plainApplications({ count: count - planted.length, seed: 7, asOf })].flat();
  const bodies: [StreamName, Buffer][] = [
    ...plain.map(({ data }): [StreamName, Buffer] => [APPLICATIONS, data]),
    ...planted.map((body): [StreamName, Buffer] => [APPLICATIONS, Buffer.from(body)]),
    ...transactions(activity, asOf).map((body): [StreamName, Buffer] => [ACTIVITY, Buffer.from(body)]),
  ];
  const entries = bodies.map(([stream, data], index) => ({ stream, data, line: index + 1 }));
  return {
    title: 'records of the emulator test',
    streams: STREAM_NAMES,
    total: entries.length,
    batches: () => [entries],
    entries,
  };
}

function plantedApplications(asOf: number): string[] {
  const texts: string[] = [];
  const time = asOf - DAY;
  let made = 0;
  const application = (over: Fields = {}): Fields => {
    made += 1;
    const base = { application_id: `planted-${made}`, user_id: `planted-user-${made % 97}` };
    return { ...base, credit_score: 520 + (made % 300), loan_amount: 5_000 + made, timestamp: time + made, ...over };
  };
  const send = (...records: Fields[]): void => void texts.push(...records.map((record) => JSON.stringify(record)));

  for (const credit_score of SCORES)
    for (const loan_amount of AMOUNTS) send(application({ credit_score, loan_amount }));
  for (let i = 0; i < 60; i += 1) {
    const record = application();
    // The same once more; the second time with its members in another order.
    send(record, i % 2 === 0 ? record : Object.fromEntries(Object.entries(record).toReversed()));
  }
  for (let i = 0; i < 40; i += 1) {
    const record = application();
    send(record, { ...record, loan_amount: 1 });
  }
  for (let i = 0; i < 40; i += 1) {
    // The amendment is risky where the first was not, or the other way round.
    const risky = { credit_score: 420, loan_amount: 16_000 };
    const record = application(i % 2 === 0 ? {} : risky);
    send(record, { ...record, ...(i % 2 === 0 ? risky : { credit_score: 720 }), revision: 2 });
  }
  for (let i = 0; i < 20; i += 1) {
    const record = application();
    send({ ...record, revision: 3, credit_score: 480 }, { ...record, revision: 2, credit_score: 640 });
  }
  for (let i = 0; i < 40; i += 1)
    send(
      application({ consent: { scoring: false }, ...(i % 2 === 0 ? { credit_score: 400, loan_amount: 18_000 } : {}) }),
    );
  for (let i = 0; i < 20; i += 1) send(application({ consent: { scoring: true, analytics: false } }));

  const faults: Fields[] = [
    { credit_score: 299 }, { credit_score: 851 }, { credit_score: 600.5 }, { credit_score: '600' }, { credit_score: null },
    { loan_amount: 0 }, { loan_amount: -5 }, { loan_amount: 10.001 }, { loan_amount: '1e3' }, { loan_amount: 10_000_000.01 },
    { loan_amount: undefined }, { timestamp: undefined }, { user_id: undefined }, { application_id: ' ' },
  ]; // biome-ignore format: a fault a word
  for (let i = 0; i < 4; i += 1) for (const fault of faults) send(application(fault));
  texts.push('{"application_id":"cut off', '[1,2,3]', 'null', 'no JSON');
  // A corrected resend of a faulty record is decided: the faulty one claimed nothing.
  const corrected = application();
  send({ ...corrected, credit_score: 9_999 }, corrected);
  return texts;
}

function transactions(count: number, asOf: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    // Every twentieth repeats the one before it, every fiftieth has no amount.
    const n = index % 20 === 19 ? index - 1 : index;
    const record = {
      type: 'transaction',
      transaction_id: `t-${n}`,
      user_id: `u${n % 500}`,
      timestamp: asOf - DAY + n,
      merchant: `merchant ${n % 7}`,
      ...(n % 50 === 49 ? {} : { amount: (n % 5_000) + 1.25 }),
    };
    return JSON.stringify(record);
  });
}
