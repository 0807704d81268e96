import { describe, expect, it } from 'vitest';
import { eachWarehouse } from '../../../support/each-warehouse.ts';
import { application, transaction } from '../../../support/records.ts';
import type { TestWarehouse } from '../../../support/warehouse.ts';
import { World } from '../../../support/world.ts';

let warehouse: TestWarehouse;
let world: World;

eachWarehouse((opened) => {
  warehouse = opened;
  world = new World({ shards: 1 });
});

const score = () => warehouse.loadLog(world, world.archive().log);
/** What is in a table, without what each test would have to compute. */
const rows = async (table: string, order = 'seq') => {
  const found = await warehouse.query(`select to_jsonb(t) - 'load_id' as row from ${table} as t order by ${order}`);
  return found.map(({ row }) => row as Record<string, unknown>);
};
const SEQ = (n: number): string => `4966${String(n * 7).padStart(52, '0')}`;
const hashOf = (n: number): string => {
  const { inspection } = world.produced[n]!.assessment;
  if (inspection.kind === 'quarantined') throw new Error('a quarantined record has no hash');
  return `\\x${inspection.payloadHash}`;
};
const NOTHING_OF_AN_APPLICATION = {
  user_id: null,
  application_id: null,
  revision: null,
  event_time: null,
  credit_score: null,
  loan_amount: null,
  risk_level: null,
  region: null,
  analytics_consent: null,
  payload_hash: null,
};

describe('applications in staging', () => {
  it('are their normal form with the band of their score', async () => {
    world.applications(
      application(' u-1 ', 'a1', {
        revision: 9_007_199_254_740_991,
        loan_amount: '10000000.00',
        timestamp: 1_763_600_000.25,
        region: ' Île-de-France ',
        consent: { analytics: false },
      }),
      application('u2', 'a2', { credit_score: 499, loan_amount: 0.01, timestamp: '2026-11-20T23:59:59.999+02:00' }),
      application('u3', '42', { credit_score: 700, consent: { scoring: false } }),
    );
    expect(await score()).toMatchObject({ objects: 1, rows: 3, rowsNew: 3, skipped: 0 });
    const common = { shard: 0, issues: 0 };
    expect(await rows('staging.applications')).toEqual([
      {
        ...common,
        seq: SEQ(1),
        arrival: '2026-11-21T00:00:00+00:00',
        user_id: 'u-1',
        application_id: 'a1',
        // jsonb gives numbers, and this one is the last that JavaScript holds
        revision: 9_007_199_254_740_991,
        event_time: '2025-11-20T00:53:20.25+00:00',
        credit_score: 640,
        loan_amount: 10_000_000,
        risk_level: 'Medium',
        region: 'Île-de-France',
        analytics_consent: false,
        payload_hash: hashOf(0),
      },
      {
        ...common,
        seq: SEQ(2),
        arrival: '2026-11-21T00:00:00.001+00:00',
        user_id: 'u2',
        application_id: 'a2',
        revision: 1,
        event_time: '2026-11-20T21:59:59.999+00:00',
        credit_score: 499,
        loan_amount: 0.01,
        risk_level: 'High',
        region: null,
        analytics_consent: true,
        payload_hash: hashOf(1),
      },
      {
        ...common,
        seq: SEQ(3),
        arrival: '2026-11-21T00:00:00.002+00:00',
        user_id: 'u3',
        application_id: '42',
        revision: 1,
        event_time: '2026-11-20T10:00:00+00:00',
        credit_score: 700,
        loan_amount: 12_000,
        risk_level: null,
        region: null,
        analytics_consent: true,
        payload_hash: hashOf(2),
      },
    ]);
    expect(await rows('staging.issues')).toEqual([]);
    expect(await rows('staging.raw_records')).toEqual([]);
    expect(await warehouse.query('select loan_amount::text from staging.applications order by seq')).toEqual(
      ['10000000.00', '0.01', '12000.00'].map((loan_amount) => ({ loan_amount })),
    );
  });

  it('hold nothing of a quarantined record; its checks and its bytes lie beside them', async () => {
    const broken = Buffer.from('{"user_id":"\xff\x00"', 'latin1');
    const wrong = application('u1', 'a1', { credit_score: 'x', loan_amount: 1.234 });
    world.applications(
      broken,
      wrong,
      '{"note":"4111 1111 1111 1111"}',
      application('u4', 'a4', { age: 'old', term_months: 0 }),
    );
    await score();
    const staged = await rows('staging.applications');
    expect(staged.map(({ issues }) => issues)).toEqual([1, 2, 1, 2]);
    for (const row of staged.slice(0, 3)) expect(row).toMatchObject(NOTHING_OF_AN_APPLICATION);
    expect(staged[3]).toMatchObject({ user_id: 'u4', risk_level: 'Medium' });

    const issues = await rows('staging.issues', 'seq, ordinal');
    expect(issues.map(({ seq, ordinal, check_type, field }) => [seq, ordinal, check_type, field])).toEqual([
      [SEQ(1), 0, 'malformed_json', null],
      [SEQ(2), 0, 'invalid_credit_score', 'credit_score'],
      [SEQ(2), 1, 'invalid_loan_amount', 'loan_amount'],
      [SEQ(3), 0, 'card_number_present', null],
      [SEQ(4), 0, 'invalid_optional_field', 'term_months'],
      [SEQ(4), 1, 'invalid_optional_field', 'age'],
    ]);
    for (const { reason } of issues) expect(reason).toMatch(/\w/);
    const raw = await rows('staging.raw_records');
    expect(raw.map((row) => row['raw'])).toEqual([
      '{"user_id":"\ufffd\ufffd"',
      JSON.stringify(wrong),
      '{"note":"4111 11** **** 1111"}',
      world.produced[3]!.record.data.toString(),
    ]);
  });

  it('keep name, age and gender in the restricted schema, and only where one is stated', async () => {
    world.applications(
      application('u1', 'a1', { name: 'Zoë 山田', age: 41, gender: 'f' }),
      application('u2', 'a2'),
      application('u3', 'a3', { age: 18.5 }),
      application('u4', 'a4', { name: ' ', age: 17 }),
      application('u5', 'a5', { name: 'Kept Nowhere', credit_score: 1 }),
    );
    await score();
    expect(await rows('restricted.staged_applicants')).toEqual([
      { shard: 0, seq: SEQ(1), name: 'Zoë 山田', age: 41, gender: 'f' },
      { shard: 0, seq: SEQ(3), name: null, age: 18.5, gender: null },
    ]);
    expect(JSON.stringify(await rows('staging.applications'))).not.toContain('Zoë');
  });
});

describe('account activity in staging', () => {
  it('is its normal form, with the identity that its type gives it', async () => {
    world.activity(
      transaction('u1', 't1', {
        amount: '99.9',
        location: 'Köln',
        merchant: 'Kiosk',
        card_type: 'VISA',
        device_id: 'd1',
        credit_score: 850,
        latitude: -90,
        longitude: 180,
      }),
      { user_id: 'u1', type: 'payment_made', event_id: 'e1', timestamp: '2026-11-20T01:00', amount: 5 },
      { user_id: 'u1', type: 'credit_usage_spike', timestamp: 1_763_600_000_000 },
      { user_id: 'u1', type: 'loan_outcome', application_id: 'a1', defaulted: false, timestamp: 1_763_600_000 },
      { user_id: 'u1', type: 'gift', timestamp: 1_763_600_000 },
    );
    await score();
    const nothing = {
      location: null,
      merchant: null,
      card_type: null,
      device_id: null,
      credit_score: null,
      risk_level: null,
      latitude: null,
      longitude: null,
      application_id: null,
      defaulted: null,
      amount: null,
    };
    const hashed = (n: number): string => hashOf(n).slice(2);
    const base = { shard: 0, issues: 0, user_id: 'u1' };
    const staged = await rows('staging.activity');
    expect(staged.map(({ arrival: _arrival, ...row }) => row)).toEqual([
      {
        ...base,
        seq: SEQ(1),
        type: 'transaction',
        identity: 't1',
        event_time: '2026-11-20T10:00:00+00:00',
        amount: 99.9,
        location: 'Köln',
        merchant: 'Kiosk',
        card_type: 'VISA',
        device_id: 'd1',
        credit_score: 850,
        risk_level: 'Low',
        latitude: -90,
        longitude: 180,
        application_id: null,
        defaulted: null,
        payload_hash: hashOf(0),
      },
      {
        ...base,
        ...nothing,
        seq: SEQ(2),
        type: 'payment_made',
        identity: 'e1',
        event_time: '2026-11-20T01:00:00+00:00',
        amount: 5,
        payload_hash: hashOf(1),
      },
      {
        ...base,
        ...nothing,
        seq: SEQ(3),
        type: 'credit_usage_spike',
        identity: hashed(2),
        event_time: '2025-11-20T00:53:20+00:00',
        payload_hash: hashOf(2),
      },
      {
        ...base,
        ...nothing,
        seq: SEQ(4),
        type: 'loan_outcome',
        identity: hashed(3),
        event_time: '2025-11-20T00:53:20+00:00',
        application_id: 'a1',
        defaulted: false,
        payload_hash: hashOf(3),
      },
      {
        ...nothing,
        shard: 0,
        seq: SEQ(5),
        issues: 1,
        user_id: null,
        type: null,
        identity: null,
        event_time: null,
        payload_hash: null,
      },
    ]);
    expect(await rows('staging.issues')).toMatchObject([
      { stream: 'account_activity', seq: SEQ(5), check_type: 'invalid_field', field: 'type' },
    ]);
  });
});
