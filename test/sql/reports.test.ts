import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startPostgres, type TestServer } from '../support/postgres.ts';
import { application, transaction } from '../support/records.ts';
import { TestWarehouse } from '../support/warehouse.ts';
import { World } from '../support/world.ts';

let server: TestServer;
let warehouse: TestWarehouse;

beforeAll(async () => {
  server = await startPostgres(['fsync=off']);
});
afterAll(() => server.stop());
beforeEach(async () => {
  warehouse = await TestWarehouse.create(server);
  return () => warehouse.end();
});

const run = (text: string, values: unknown[] = []) => warehouse.query(text, values);
/** Columns of a view as a person would note them down, row by row in the order of the columns. */
async function noted(columns: string, from: string): Promise<string[]> {
  const rows = await run(`select ${columns} from bi.${from}`);
  return rows
    .map((row) => Object.values(row).map((value) => (value instanceof Date ? value.toISOString() : String(value))))
    .map((values) => values.join(' | '))
    .sort();
}

async function batch(world: World): Promise<void> {
  world.archive();
  await warehouse.batch(world);
}

const on = (day: number, time = '10:00:00Z') => ({ timestamp: `2026-11-${day}T${time}` });
const NORD = { ...on(19, '23:59:59.999Z'), credit_score: 499, region: 'Nord' };

/** Three days, hand-counted in what is expected below. */
function smallWorld(): World {
  const world = new World();
  world.applications(
    application('u1', 'a1', NORD),
    application('u2', 'a2', { ...on(20, '00:00Z'), credit_score: 700, loan_amount: '15000.00' }),
    application('u3', 'a3', { ...on(20), credit_score: 709, loan_amount: '0.01' }),
    application('u4', 'a4', { ...on(20), credit_score: 400, loan_amount: '15000.01' }),
    application('u5', 'a5', { ...on(20), consent: { scoring: false } }),
    application('u6', 'a6', { ...on(20), age: 300 }),
    '{"broken"',
  );
  const bought = { card_type: 'VISA', merchant: 'Shop', device_id: 'd1' };
  world.activity(
    transaction('u1', 't1', { amount: '10.00', location: 'Bonn', ...bought }),
    transaction('u1', 't2', { amount: '90.00', location: 'Rom', card_type: 'VISA', ...on(20, '10:05:00Z') }),
    transaction('u2', 't3', { amount: '0.10', ...on(18) }),
  );
  return world;
}

describe('the views of applications', () => {
  it('count a day and its parts as they were', async () => {
    await batch(smallWorld());
    expect(
      await noted(
        `date::text, score_bin, risk_level, region, approval_status, is_fraud, fraud_confirmed,
         applications, approved, rejected, under_review, flagged, confirmed, loan_amount, credit_score_sum`,
        'application_days',
      ),
    ).toEqual([
      '2026-11-19 | 490 | High | Nord | Rejected | false | false | 1 | 0 | 1 | 0 | 0 | 0 | 12000.00 | 499',
      '2026-11-20 | 400 | High | Unknown | Under Review | true | false | 1 | 0 | 0 | 1 | 1 | 0 | 15000.01 | 400',
      '2026-11-20 | 640 | Medium | Unknown | Approved | false | false | 1 | 1 | 0 | 0 | 0 | 0 | 12000.00 | 640',
      '2026-11-20 | 640 | Not scored | Unknown | Under Review | false | false | 1 | 0 | 0 | 1 | 0 | 0 | 12000.00 | 640',
      '2026-11-20 | 700 | Low | Unknown | Approved | false | false | 2 | 2 | 0 | 0 | 0 | 0 | 15000.01 | 1409',
    ]);
    expect(await noted('date::text, day, month, quarter, year', 'dates')).toEqual([
      '2026-11-18 | 18 | 11 | 4 | 2026',
      '2026-11-19 | 19 | 11 | 4 | 2026',
      '2026-11-20 | 20 | 11 | 4 | 2026',
    ]);
  });

  it('show a person’s last decision over the recorded one, until the application is amended', async () => {
    const world = smallWorld();
    await batch(world);
    const review = (decision: string, ordinal: number) =>
      run(
        `insert into dw.review_decisions
         values ($2::text, 'a4', 'u4', 1, $1, 'Ada', 'papers seen', '2026-11-21T23:30Z', $2::integer)`,
        [decision, ordinal],
      );
    await review('Rejected', 0);
    await review('Approved', 1);
    const shown = () =>
      noted('revision, approval_status, final_status, reviewed', `applications where application_id = 'a4'`);
    const decisions = () =>
      noted(
        'review_id, application_id, user_id, revision, decision, reviewer, reason, date::text, is_current_revision',
        'review_decisions',
      );
    expect(await shown()).toEqual(['1 | Under Review | Approved | true']);
    expect(await decisions()).toEqual([
      '0 | a4 | u4 | 1 | Rejected | Ada | papers seen | 2026-11-21 | true',
      '1 | a4 | u4 | 1 | Approved | Ada | papers seen | 2026-11-21 | true',
    ]);
    expect(await noted('count(*)', 'applications where reviewed')).toEqual(['1']);
    world.applications(application('u4', 'a4', { revision: 2, credit_score: 450, loan_amount: 1 }));
    await batch(world);
    expect(await shown()).toEqual(['2 | Rejected | Rejected | false']);
    expect((await decisions()).every((line) => line.endsWith('false'))).toBe(true);
  });

  it('name what is not known, and the policy that decided', async () => {
    await batch(smallWorld());
    const columns =
      'application_id, date::text, score_bin, risk_level, region, is_fraud, policy_id, policy_version, pd, model_version';
    expect(await noted(columns, `applications where application_id in ('a1', 'a5')`)).toEqual([
      'a1 | 2026-11-19 | 490 | High | Nord | false | default | 1.0.0 | null | null',
      'a5 | 2026-11-20 | 640 | Not scored | Unknown | false | default | 1.0.0 | null | null',
    ]);
  });
});

describe('the views of transactions and alerts', () => {
  it('count a day and its parts as they were', async () => {
    await batch(smallWorld());
    const columns =
      'date::text, location, card_type, risk_level, is_fraud, transactions, flagged, amount, flagged_amount';
    expect(await noted(columns, 'transaction_days')).toEqual([
      '2026-11-18 | Unknown | Unknown | Not scored | false | 1 | 0 | 0.10 | 0.00',
      '2026-11-20 | Bonn | VISA | Not scored | false | 1 | 0 | 10.00 | 0.00',
      '2026-11-20 | Rom | VISA | Not scored | true | 1 | 1 | 90.00 | 90.00',
    ]);
    expect(await noted('transaction_id, merchant, device_id, is_fraud, event_time', 'transactions')).toEqual([
      't1 | Shop | d1 | false | 2026-11-20T10:00:00.000Z',
      't2 | Unknown | Unknown | true | 2026-11-20T10:05:00.000Z',
      't3 | Unknown | Unknown | false | 2026-11-18T10:00:00.000Z',
    ]);
  });

  it('show an alert with what it is about and the last word of a person', async () => {
    const world = smallWorld();
    await batch(world);
    const about =
      'rule_id, subject_kind, application_id, transaction_id, date::text, region, loan_amount, location, card_type, amount';
    const alerts = () =>
      noted(`${about}, status, is_open, disposed_by, disposed_at, disposition_reason`, 'fraud_alerts');
    // Nobody has touched them: the store's own first entry is nobody's disposition.
    await run(`update dw.fraud_alerts set history = jsonb_set(history, '{0,by}', '"pipeline"')`);
    const risky = 'R001 | application | a4 | null | 2026-11-20 | Unknown | 15000.01 | Unknown | Unknown | 15000.01';
    const travel = 'T003 | transaction | null | t2 | 2026-11-20 | Unknown | null | Rom | VISA | 90.00';
    expect(await alerts()).toEqual([
      `${risky} | open | true | null | null | null`,
      `${travel} | open | true | null | null | null`,
    ]);
    await run(
      `update dw.fraud_alerts set status = 'false_positive', history = history
         || '[{"status": "in_review", "by": "Bo", "at": "2026-11-21T01:00:00Z", "reason": "looking"},
              {"status": "false_positive", "by": "Ada", "at": "2026-11-21T02:00:00Z", "reason": "known trip"}]'
       where rule_id = 'T003'`,
    );
    // What is amended later is still shown as the alert saw it.
    world.applications(application('u4', 'a4', { revision: 2, loan_amount: 1, region: 'Nord' }));
    const { log, receipts } = world.archive();
    await warehouse.loadLog(world, log);
    await warehouse.loadReceipts(world, receipts);
    await warehouse.load(world);
    expect(await alerts()).toEqual([
      `${risky} | open | true | null | null | null`,
      `${travel} | false_positive | false | Ada | 2026-11-21T02:00:00.000Z | known trip`,
    ]);
    const columns = 'date::text, rule_id, subject_kind, severity, alerts, open_alerts, confirmed, false_positives';
    expect(await noted(columns, 'rule_days')).toEqual([
      '2026-11-20 | R001 | application | review | 1 | 1 | 0 | 0',
      '2026-11-20 | T003 | transaction | review | 1 | 0 | 0 | 1',
    ]);
  });
});

describe('the views of the pipeline itself', () => {
  it('tell each failed check, and what became of each position', async () => {
    const world = smallWorld();
    world.applications(application('u1', 'a1', NORD), application('u1', 'a1', { ...NORD, credit_score: 498 }));
    await batch(world);
    expect(await noted('stream, date::text, check_type, field, quarantined', 'data_quality_issues')).toEqual([
      'credit_applications | 2026-11-21 | conflicting_record | null | false',
      'credit_applications | 2026-11-21 | invalid_optional_field | age | false',
      'credit_applications | 2026-11-21 | malformed_json | null | true',
    ]);
    expect(await noted('date::text, stream, check_type, quarantined, issues', 'data_quality_days')).toEqual([
      '2026-11-21 | credit_applications | conflicting_record | false | 1',
      '2026-11-21 | credit_applications | invalid_optional_field | false | 1',
      '2026-11-21 | credit_applications | malformed_json | true | 1',
    ]);
    const columns = 'stream, hour, date::text, received, decided, quarantined, duplicates, conflicts, undecided';
    expect(await noted(columns, 'arrivals')).toEqual([
      'account_activity | 2026-11-21T00:00:00.000Z | 2026-11-21 | 3 | 3 | 0 | 0 | 0 | 0',
      'credit_applications | 2026-11-21T00:00:00.000Z | 2026-11-21 | 9 | 6 | 1 | 1 | 1 | 0',
    ]);
    expect(await noted('date::text, refused_analytics, refused_scoring, applications', 'consent_days')).toEqual([
      '2026-11-19 | 0 | 0 | 1',
      '2026-11-20 | 0 | 1 | 5',
    ]);
  });

  it('tell how fresh the warehouse is, each job, and each reconciliation', async () => {
    const world = smallWorld();
    await batch(world);
    const [loaded] = await run(`select finished from dw.metadata_table where job = 'load-warehouse'`);
    expect(await run('select * from bi.freshness')).toEqual([
      {
        warehouse_as_of: loaded!['finished'],
        last_run_id: 'run-1',
        last_run_status: 'succeeded',
        last_event_time: new Date('2026-11-20T10:05:00Z'),
        last_arrival: new Date(world.produced.at(-1)!.record.arrival),
        schema_version: expect.any(Number),
      },
    ]);
    await run(
      `update dw.metadata_table set started = '2026-11-21T23:59:59Z', finished = '2026-11-22T00:00:00.5Z', detail = 'why'
       where job = 'load-warehouse'`,
    );
    const columns = 'run_id, source, target, date::text, status, duration_seconds, detail';
    expect(await noted(columns, `job_runs where job = 'load-warehouse'`)).toEqual([
      'run-1 | staging | dw | 2026-11-21 | succeeded | 1.500 | why',
    ]);
    await run(`insert into ops.reconciliations values ('run-2', '2026-11-22T23:30Z', 1, 2, 3, 4, '{}')`);
    expect(
      await noted(
        'date::text, pending, missing, unexpected, parity_differences, differences',
        `reconciliations where run_id = 'run-2'`,
      ),
    ).toEqual(['2026-11-22 | 1 | 2 | 3 | 4 | 9']);
  });

  it('tell the policies with their thresholds, rules and exceptions, and which one is in force', async () => {
    const world = new World({ policies: ['founding', 'default'] });
    world.applications(application('u1', 'a1'));
    await batch(world);
    const inForce = world.book.policies[0]!;
    const thresholds =
      'digest, effective_to, amount_ceiling, high_below, low_from, reject_below, approval_floor, instant_amount';
    expect(await noted(thresholds, 'policies where in_force')).toEqual([
      `${inForce.digest} | null | 10000000.00 | 500 | 700 | 500 | 600 | 15000.00`,
    ]);
    const [founding] = await noted(
      'rule_id, rule_version, subject_kind, severity, reason, condition',
      `policy_rules where policy_id = 'founding'`,
    );
    expect(founding).toContain('R001 | 1 | application | review | Risky transaction | ');
    expect(founding).toContain('"lt": ["credit_score", 450]');
    expect(await noted('count(*)', `policy_rules where policy_id = 'default'`)).toEqual(['7']);
    await run(
      `insert into dw.dim_policy
       select 7, repeat('f', 64), 'later', '2', now() + interval '1 day', 500, 700, document || '{"exceptions": [
         {"subject": {"user_id": "u1"}, "rule": "R001", "until": "2027-01-01T00:00:00Z", "why": "tests", "approved_by": "Bo"}]}'
       from dw.dim_policy where policy_id = 'default'`,
    );
    expect(await noted('digest', 'policies where in_force and effective_to > now()')).toEqual([inForce.digest]);
    const columns = 'exception_id, in_force, subject, rule_id, until, why, approved_by';
    expect(await noted(columns, 'policy_exceptions')).toEqual([
      'later/2/1 | false | user_id u1 | R001 | 2027-01-01T00:00:00.000Z | tests | Bo',
    ]);
  });
});
