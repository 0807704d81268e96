import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DynamoAlerts } from '../../lambdas/adapters/alert-store-dynamo.ts';
import { type Audited, ReviewDesk } from '../../lambdas/adapters/review-desk.ts';
import { StaleVersionError } from '../../lambdas/adapters/review-errors.ts';
import type { StoredReview } from '../../lambdas/adapters/review-store.ts';
import { readSnapshot } from '../../lambdas/adapters/warehouse-reader.ts';
import { extractAlerts } from '../../lambdas/extract-alerts/extract.ts';
import { extractReviews } from '../../lambdas/extract-alerts/reviews.ts';
import { startDynamoDB, type TestDynamoDB } from '../support/dynamodb.ts';
import { startPostgres, type TestServer } from '../support/postgres.ts';
import { application, transaction } from '../support/records.ts';
import { TestWarehouse } from '../support/warehouse.ts';
import { FIRST_ARRIVAL, World } from '../support/world.ts';

const RISKY = { credit_score: 440, loan_amount: 20_000 };
let postgres: TestServer;
let dynamodb: TestDynamoDB;
beforeAll(async () => {
  [postgres, dynamodb] = await Promise.all([startPostgres(['fsync=off']), startDynamoDB()]);
});
afterAll(() => Promise.all([postgres.stop(), dynamodb.stop()]));

let warehouse: TestWarehouse;
let store: DynamoAlerts;
let world: World;
let desk: ReviewDesk;
let audited: Audited[];
let clock: number;

beforeEach(async () => {
  const table = `alerts-${randomUUID()}`;
  await dynamodb.createAlertsTable(table);
  store = new DynamoAlerts(dynamodb.client, table);
  warehouse = await TestWarehouse.create(postgres);
  world = new World();
  audited = [];
  clock = FIRST_ARRIVAL + 3_600_000;
  desk = new ReviewDesk({
    store,
    warehouse: { read: async (statements) => readSnapshot(await warehouse.warehouse.client(), statements) },
    audit: (entry) => audited.push(entry),
    now: () => new Date((clock += 1_000)),
  });
  return () => warehouse.end();
});

/** The stream's functions store alerts; then the batch runs, as far as people's decisions are concerned. */
async function batch(): Promise<{ alerts: number; reviews: number }> {
  await store.insert(world.alerts, new Date(FIRST_ARRIVAL));
  const { log, receipts } = world.archive();
  await warehouse.loadReceipts(world, receipts);
  await warehouse.loadLog(world, log);
  const client = await warehouse.warehouse.client();
  const runId = warehouse.nextRun();
  const alerts = await extractAlerts(client, store, { runId });
  const reviews = await extractReviews(client, store, { runId });
  await warehouse.load(world, runId);
  await warehouse.check(runId);
  return { alerts: alerts.changed, reviews: reviews.added };
}

const dispose = { seenVersion: 1, by: 'ana', reason: 'the bank says that it is not hers' } as const;
const review = { userId: 'u1', applicationId: 'a1', revision: 1, by: 'ben', reason: 'seen the papers' } as const;
const alertOf = (applicationId: string): string =>
  world.alerts.find(({ subject }) => subject.kind === 'application' && subject.application_id === applicationId)!
    .alert_id;
const facts = () =>
  warehouse.query(
    `select application_id, revision::integer, is_fraud, fraud_confirmed, approval_status
     from dw.fact_loan_application order by 1`,
  );

describe('what a person made of an alert', () => {
  it('reaches the warehouse with who, when and why, flags the fact, and stays when the batch runs again', async () => {
    world.applications(application('u1', 'a1', RISKY), application('u2', 'a2', RISKY));
    await batch();
    const { alert, version, next } = await desk.disposeAlert({
      ...dispose,
      alertId: alertOf('a1'),
      to: 'confirmed_fraud',
    });
    expect([alert.status, version, next]).toEqual(['confirmed_fraud', 2, ['open']]);
    await desk.disposeAlert({ ...dispose, alertId: alertOf('a2'), to: 'false_positive' });
    expect(await batch()).toEqual({ alerts: 2, reviews: 0 });
    const confirmed = [
      { application_id: 'a1', revision: 1, is_fraud: true, fraud_confirmed: true, approval_status: 'Under Review' },
      { application_id: 'a2', revision: 1, is_fraud: true, fraud_confirmed: false, approval_status: 'Under Review' },
    ];
    expect(await facts()).toEqual(confirmed);
    const [stored] = await warehouse.query('select status, history from dw.fraud_alerts where application_id = $1', [
      'a1',
    ]);
    expect(stored).toEqual({ status: 'confirmed_fraud', history: alert.history });
    expect(alert.history.at(-1)).toMatchObject({ by: 'ana', reason: dispose.reason });
    expect(
      await warehouse.query(
        'select disposed_by, disposition_reason, is_open from bi.fraud_alerts where application_id = $1',
        ['a1'],
      ),
    ).toEqual([{ disposed_by: 'ana', disposition_reason: dispose.reason, is_open: false }]);
    // The stream delivers again, and everything is extracted and loaded again.
    expect(await batch()).toEqual({ alerts: 0, reviews: 0 });
    expect(await facts()).toEqual(confirmed);
    // Looked at anew: no fraud any more.
    await desk.disposeAlert({ ...dispose, seenVersion: 2, alertId: alertOf('a1'), to: 'open' });
    await batch();
    expect((await facts()).map(({ fraud_confirmed }) => fraud_confirmed)).toEqual([false, false]);
  });

  it('is kept of an alert on a transaction too', async () => {
    world.activity(
      ...Array.from({ length: 5 }, (_, n) => transaction('u1', `t${n}`, { timestamp: `2026-11-20T10:0${n}:00Z` })),
    );
    await batch();
    const { alert_id } = world.alerts[0]!;
    await desk.disposeAlert({ ...dispose, alertId: alert_id, to: 'closed' });
    await batch();
    expect(await warehouse.query('select status from dw.fraud_alerts where alert_id = $1', [alert_id])).toEqual([
      { status: 'closed' },
    ]);
  });

  it('comes only after what makes sense before it, and after what the person saw', async () => {
    world.applications(application('u1', 'a1', RISKY));
    await store.insert(world.alerts, new Date(FIRST_ARRIVAL));
    const alertId = alertOf('a1');
    const refused = (given: object) => desk.disposeAlert({ ...dispose, alertId, to: 'closed', ...given });
    await expect(refused({ to: 'open' })).rejects.toMatchObject({
      code: 'impossible_transition',
      message: 'The alert is open already.',
      hint: expect.stringContaining('in_review, confirmed_fraud') as string,
    });
    await expect(refused({ alertId: 'f'.repeat(64) })).rejects.toMatchObject({ code: 'unknown_alert' });
    await expect(refused({ reason: '' })).rejects.toMatchObject({ code: 'invalid_statement' });
    expect(audited).toEqual([]);
    await desk.disposeAlert({ ...dispose, alertId, to: 'in_review' });
    await expect(refused({})).rejects.toThrow(StaleVersionError);
    await desk.disposeAlert({ ...dispose, alertId, seenVersion: 2, to: 'closed' });
    for (const to of ['in_review', 'confirmed_fraud', 'false_positive', 'closed'] as const)
      await expect(refused({ seenVersion: 3, to })).rejects.toMatchObject({ code: 'impossible_transition' });
    await desk.disposeAlert({ ...dispose, alertId, seenVersion: 3, to: 'open' });
    expect(audited.map(({ action, by, id, from, to }) => [action, by, id, from, to])).toEqual([
      ['alert_disposed', 'ana', alertId, 'open', 'in_review'],
      ['alert_disposed', 'ana', alertId, 'in_review', 'closed'],
      ['alert_disposed', 'ana', alertId, 'closed', 'open'],
    ]);
  });
});

describe('what a person decided of an application', () => {
  const stored = () =>
    warehouse.query(
      `select b.application_id, b.revision::integer, b.decision, b.reviewer, b.reason, r.ordinal, b.is_current_revision
       from bi.review_decisions as b
       join dw.review_decisions as r using (review_id)
       order by b.decided_at`,
    );
  const first = {
    application_id: 'a1',
    revision: 1,
    decision: 'Approved',
    reviewer: 'ben',
    reason: 'seen the papers',
    ordinal: 0,
    is_current_revision: true,
  };

  it('lies over the recorded decision, stays when the batch runs again, and ends with its revision', async () => {
    world.applications(application('u1', 'a1', RISKY));
    await batch();
    const { review: made } = await desk.reviewApplication({ ...review, decision: 'Approved', seenReviews: 0 });
    expect(made).toMatchObject({ decision: 'Approved', reviewer: 'ben', ordinal: 0 });
    expect(await batch()).toMatchObject({ reviews: 1 });
    expect(await stored()).toEqual([first]);
    const shown = () => warehouse.query('select approval_status, final_status, reviewed from bi.applications');
    const decided = [{ approval_status: 'Under Review', final_status: 'Approved', reviewed: true }];
    expect(await shown()).toEqual(decided);
    expect(await batch()).toMatchObject({ reviews: 0 });
    expect(await stored()).toEqual([first]);
    expect(await shown()).toEqual(decided);
    // An amendment: the earlier decision is kept, and says nothing about what is stated now.
    world.applications(application('u1', 'a1', { ...RISKY, revision: 2, loan_amount: 19_000 }));
    await batch();
    expect(await stored()).toEqual([{ ...first, is_current_revision: false }]);
    expect(await shown()).toMatchObject([{ final_status: 'Under Review', reviewed: false }]);
    await expect(desk.reviewApplication({ ...review, decision: 'Approved', seenReviews: 0 })).rejects.toMatchObject({
      code: 'not_current_revision',
    });
    expect(await desk.showReviews('a1', null)).toMatchObject({ application: { revision: 2 }, reviews: [] });
    await desk.reviewApplication({ ...review, revision: 2, decision: 'Rejected', seenReviews: 0 });
    await batch();
    expect(
      (await stored()).map(({ revision, decision, is_current_revision }) => [revision, decision, is_current_revision]),
    ).toEqual([
      [1, 'Approved', false],
      [2, 'Rejected', true],
    ]);
    expect(audited.map(({ action, by, from, to }) => [action, by, from, to])).toEqual([
      ['application_reviewed', 'ben', 'Under Review', 'Approved'],
      ['application_reviewed', 'ben', 'Under Review', 'Rejected'],
    ]);
    expect(JSON.stringify(audited)).not.toMatch(/u1|a1|papers/);
  });

  it('is refused of what is unknown, ambiguous or not under review, and of what was decided meanwhile', async () => {
    world.applications(
      application('u1', 'a1', RISKY),
      application('u1', 'good', { credit_score: 800, loan_amount: 1_000 }),
      application('u3', 'bad', { credit_score: 480, loan_amount: 1_000 }),
      application('u1', 'twice', RISKY),
      application('u2', 'twice', RISKY),
    );
    await batch();
    const decide = (given: object) =>
      desk.reviewApplication({ ...review, decision: 'Approved', seenReviews: 0, ...given });
    for (const [given, code] of [
      [{ applicationId: 'none' }, 'unknown_application'],
      [{ userId: 'u9' }, 'unknown_application'],
      [{ applicationId: 'good' }, 'not_under_review'],
      [{ applicationId: 'bad', userId: 'u3' }, 'not_under_review'],
      [{ revision: 2 }, 'not_current_revision'],
      [{ by: '' }, 'invalid_statement'],
      [{ seenReviews: 1 }, 'stale_version'],
    ] as const)
      await expect(decide(given)).rejects.toMatchObject({ code });
    await expect(desk.showReviews('twice', null)).rejects.toThrow('Several users');
    expect(audited).toEqual([]);
    expect((await decide({})).review.ordinal).toBe(0);
    await expect(decide({ decision: 'Rejected' })).rejects.toMatchObject({
      current: [expect.objectContaining({ decision: 'Approved', reviewer: 'ben' })],
    });
    // Having seen it, another person may think otherwise; both stay.
    expect(await decide({ decision: 'Rejected', by: 'cleo', seenReviews: 1 })).toMatchObject({
      reviews: [{ decision: 'Approved' }, { decision: 'Rejected', reviewer: 'cleo' }],
    });
    expect(audited.at(-1)).toMatchObject({ from: 'Approved', to: 'Rejected' });
  });

  it('is extracted once, in whatever order pages come and however often', async () => {
    world.applications(application('u1', 'a1', RISKY));
    await batch();
    await desk.reviewApplication({ ...review, decision: 'Approved', seenReviews: 0 });
    await desk.reviewApplication({ ...review, decision: 'Rejected', seenReviews: 1 });
    const all = await store.reviewsOf(review);
    const client = await warehouse.warehouse.client();
    const from = (...pages: StoredReview[][]) => ({
      reviewsSince: async function* () {
        yield* pages;
      },
    });
    const [one, two] = all as [StoredReview, StoredReview];
    const runId = warehouse.nextRun();
    // The later one became visible first; then both, twice in a page too.
    expect(await extractReviews(client, from([two]), { runId })).toEqual({ read: 1, added: 1 });
    expect(await extractReviews(client, from([one, two, one]), { runId })).toEqual({ read: 3, added: 1 });
    expect(await extractReviews(client, store, { runId: warehouse.nextRun() })).toEqual({ read: 2, added: 0 });
    expect((await stored()).map(({ ordinal }) => ordinal as number)).toEqual([0, 1]);
    const lineage = await warehouse.query(
      `select status, rows_in::integer, rows_out::integer from dw.metadata_table where target = 'dw.review_decisions'
       order by started desc limit 1`,
    );
    expect(lineage).toEqual([{ status: 'succeeded', rows_in: 2, rows_out: 0 }]);
  });
});
