import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACTIVITY, APPLICATIONS } from '../../../../core/contract/streams.ts';
import { OUTCOMES } from '../../../../core/contract/values.ts';
import { CustomerHistory } from '../../../../core/history/history.ts';
import { reasonText, REASONS } from '../../../../core/policy/reasons.ts';
import { assess, giveUp } from '../../../../core/receipts/assess.ts';
import { isUndecided } from '../../../../core/receipts/receipt.ts';
import { Replayer } from '../../../../core/receipts/replay.ts';
import { ARRIVAL, log, logRecord } from './records.ts';
import { bookOf } from './vectors.ts';

const book = bookOf('default');
const policy = book.inForce(ARRIVAL);
const EMPTY = CustomerHistory.empty();

const PLAIN = {
  application_id: 'a',
  user_id: 'u',
  credit_score: 400,
  loan_amount: 20_000,
  timestamp: new Date(ARRIVAL).toISOString(),
};

const decisionOf = (person: object) => {
  const { outcome, rules, riskLevel } = assess(logRecord(APPLICATIONS, 1, { ...PLAIN, ...person }), EMPTY, policy);
  return { outcome, riskLevel, rules: rules.map(({ id, result, values }) => ({ id, result, values })) };
};

describe('a receipt', () => {
  it('is canonical JSON with its digest, for any record', () => {
    fc.assert(
      fc.property(log(25), (records) => {
        const replayer = new Replayer(book);
        for (const record of records) {
          const { receipt, digest, rules } = replayer.replay(record);
          const parsed = JSON.parse(receipt);
          expect(receipt).toBe(canonicalize(parsed));
          expect(digest).toBe(hash('sha256', receipt));
          expect(parsed).toMatchObject({
            v: 1,
            arrival: record.arrival,
            policy: policy.digest,
            position: record.position,
            raw_hash: hash('sha256', record.data),
          });
          expect(parsed.rules ?? []).toEqual(
            rules.map(({ id, reason, result, severity, values, version }) => ({
              id,
              reason,
              result,
              severity,
              values,
              version,
            })),
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it('holds nothing personal that decides nothing', () => {
    const canary = {
      name: 'canary-name',
      age: 77,
      gender: 'canary-gender',
      ip_address: 'canary-ip',
      unknown: 'canary-field',
    };
    const { receipt, alerts } = assess(logRecord(APPLICATIONS, 1, { ...PLAIN, ...canary }), EMPTY, policy);
    expect(alerts).toHaveLength(1);
    for (const text of [receipt, JSON.stringify(alerts)]) {
      expect(text).not.toContain('canary');
      expect(text).not.toMatch(/"(age|name|gender|ip_address)"/);
    }
  });

  it('and its decision are the same whoever the applicant is', () => {
    const person = fc.record({
      name: fc.string(),
      age: fc.integer({ min: 18, max: 120 }),
      gender: fc.string(),
      region: fc.string(),
    });
    fc.assert(
      fc.property(person, (who) => {
        expect(decisionOf(who)).toEqual(decisionOf({}));
      }),
    );
  });

  it('leaves out of the inputs what the record did not say', () => {
    const { receipt } = assess(logRecord(APPLICATIONS, 1, PLAIN), EMPTY, policy);
    expect(JSON.parse(receipt).inputs).toEqual({
      application_id: 'a',
      consent: { analytics: true, scoring: true },
      credit_score: 400,
      currency: 'USD',
      event_time: ARRIVAL,
      loan_amount: 2_000_000,
      revision: 1,
      user_id: 'u',
    });
  });

  it('of a position that was given up claims nothing and decides nothing', () => {
    const record = logRecord(APPLICATIONS, 1, PLAIN);
    const given = giveUp(record, policy);
    expect(given).toMatchObject({ disposition: 'undecided', entry: null, alerts: [], outcome: null, userId: 'u' });
    expect(JSON.parse(given.receipt)).toEqual({
      arrival: ARRIVAL,
      disposition: 'undecided',
      policy: policy.digest,
      position: record.position,
      raw_hash: hash('sha256', record.data),
      v: 1,
    });
    expect(given.receipt).toBe(canonicalize(JSON.parse(given.receipt)));
    expect(isUndecided(given.receipt)).toBe(true);
    const text = '{"arrival":1,"disposition":"undecided",';
    for (const other of [PLAIN, { ...PLAIN, channel: text }, text])
      expect(isUndecided(assess(logRecord(APPLICATIONS, 1, other), EMPTY, policy).receipt)).toBe(false);
    const replayer = new Replayer(book);
    replayer.replay(record, true);
    expect(replayer.replay(logRecord(APPLICATIONS, 2, PLAIN)).disposition).toBe('decided');
  });
});

describe('every outcome', () => {
  it('has reasons, and every reason a sentence', () => {
    fc.assert(
      fc.property(log(20), (records) => {
        const replayer = new Replayer(book);
        for (const record of records) {
          const { outcome, receipt } = replayer.replay(record);
          if (outcome === null) continue;
          expect(OUTCOMES).toContain(outcome);
          const { reasons } = JSON.parse(receipt) as { reasons: string[] };
          expect(reasons.length).toBeGreaterThan(0);
          for (const reason of reasons) expect(reasonText(reason)).toMatch(/\.$/);
        }
      }),
      { numRuns: 40 },
    );
    expect(Object.keys(REASONS).length).toBe(5);
    expect(() => reasonText('whim')).toThrow(RangeError);
    expect(() => reasonText('toString')).toThrow(RangeError);
  });
});

const alertOf = (
  content: object,
  stream: typeof APPLICATIONS | typeof ACTIVITY = APPLICATIONS,
  name: unknown = 'default',
) => {
  const [alert] = assess(logRecord(stream, 1, content), EMPTY, bookOf(name).inForce(ARRIVAL)).alerts;
  return alert;
};

describe('an alert', () => {
  it('has an id of its subject, rule and version of the rule, and nothing else', () => {
    const id = alertOf(PLAIN)?.alert_id;
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(alertOf({ ...PLAIN, loan_amount: 20_001, credit_score: 410 })?.alert_id).toBe(id);
    expect(alertOf(PLAIN, APPLICATIONS, 'founding')?.alert_id).toBe(id);
    expect(alertOf({ ...PLAIN, revision: 2 })?.alert_id).not.toBe(id);
    expect(alertOf({ ...PLAIN, user_id: 'v' })?.alert_id).not.toBe(id);
    const document = structuredClone(bookOf('founding').policies[0]?.document) as unknown as {
      rules: { version: number }[];
    };
    (document.rules[0] as { version: number }).version = 2;
    expect(alertOf(PLAIN, APPLICATIONS, document)?.alert_id).not.toBe(id);
  });

  it('names what fired it', () => {
    expect(alertOf(PLAIN)).toEqual({
      alert_id: expect.any(String),
      subject: { kind: 'application', user_id: 'u', application_id: 'a', revision: 1 },
      rule_id: 'R001',
      rule_version: 1,
      severity: 'review',
      reason: 'Risky transaction',
      evidence: { credit_score: 400, loan_amount: '20000.00' },
      policy_id: 'default',
      policy_version: policy.version,
      policy_digest: policy.digest,
      event_time: ARRIVAL,
      arrival: ARRIVAL,
      position: logRecord(APPLICATIONS, 1, PLAIN).position,
    });
  });

  it('of a transaction holds the transaction, and another user’s transaction of that id is another subject', () => {
    const replayer = new Replayer(book);
    const at = new Date(ARRIVAL).toISOString();
    const pay = (user_id: string, transaction_id: string, location: string) => ({
      user_id,
      transaction_id,
      amount: 5,
      timestamp: at,
      location,
    });
    const contents = ['u', 'v'].flatMap((user) => [pay(user, 't1', 'Rome'), pay(user, 't2', 'Oslo')]);
    const alerts = contents.flatMap((content, i) => replayer.replay(logRecord(ACTIVITY, i + 1, content)).alerts);
    expect(alerts).toHaveLength(2);
    expect(alerts[0]?.evidence).toEqual({
      amount: '5.00',
      card_type: null,
      device_id: null,
      distance_m: null,
      elapsed_ms: 0,
      event_time: at,
      latitude: null,
      location: 'Oslo',
      longitude: null,
      merchant: null,
      previous_location: 'Rome',
      previous_transaction: 't1',
      speed_kmh: null,
      transaction_id: 't2',
    });
    expect(alerts[0]?.alert_id).not.toBe(alerts[1]?.alert_id);
  });
});
