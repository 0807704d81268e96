import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type {
  AlertResponse,
  AlertsResponse,
  AlertState,
  ApplicationResponse,
  ApplicationsResponse,
  ReplayResponse,
  ReviewResponse,
  StatusResponse,
} from '../../../console/api/types.ts';
import { DynamoAlerts } from '../../../lambdas/adapters/alert-store-dynamo.ts';
import { ReviewDesk } from '../../../lambdas/adapters/review-desk.ts';
import { PooledReader } from '../../../lambdas/adapters/warehouse-pool.ts';
import { startDynamoDB, type TestDynamoDB } from '../../support/dynamodb.ts';
import { startPostgres, type TestServer } from '../../support/postgres.ts';
import { application, transaction } from '../../support/records.ts';
import { TestWarehouse } from '../../support/warehouse.ts';
import { World } from '../../support/world.ts';
import { openConsole, poolOf, posted, type TestConsole } from './support.ts';

let server: TestServer;
let dynamodb: TestDynamoDB;
let warehouse: TestWarehouse;
let pool: PooledReader;
let world: World;
let shown: TestConsole;
let tables = 0;

beforeAll(async () => {
  [server, dynamodb] = await Promise.all([startPostgres(['fsync=off']), startDynamoDB()]);
});
afterAll(async () => {
  await dynamodb.stop();
  await server.stop();
});

const RISKY = { credit_score: 440, loan_amount: 16_000.5 };

beforeEach(async () => {
  warehouse = await TestWarehouse.create(server);
  world = new World();
  world.applications(
    application('u1', 'a1', { ...RISKY, region: 'North', device_id: 'd1', annual_income: 64_002 }),
    application('u1', 'a2', { credit_score: 720 }),
    application('u2', 'a1', { ...RISKY, timestamp: '2026-11-20T11:00:00Z' }),
    application('u3', 'gone', { ...RISKY, consent: { analytics: false } }),
  );
  world.activity(
    transaction('u1', 't0', { device_id: 'd1', amount: 10, timestamp: '2026-11-20T08:00:00Z' }),
    transaction('u1', 't1', {
      device_id: 'd2',
      amount: 2_500,
      timestamp: '2026-11-20T09:00:00Z',
      merchant: '<i>x</i>',
    }),
  );
  world.archive();
  await warehouse.batch(world);
  tables += 1;
  await dynamodb.createAlertsTable(`alerts${tables}`);
  const store = new DynamoAlerts(dynamodb.client, `alerts${tables}`);
  await store.insert(world.alerts, new Date('2026-11-21T00:00:00Z'));
  pool = poolOf(warehouse.env);
  const desk = new ReviewDesk({ store, warehouse: pool, audit: () => {}, now: () => new Date() });
  shown = openConsole(pool, { desk, objects: world.bucket.objects() });
  return async () => {
    await pool.end();
    await warehouse.end();
  };
});

const alerts = (query = ''): Promise<AlertsResponse> => shown.get<AlertsResponse>(`/api/alerts${query}`);

describe('the queue of alerts', () => {
  it('has the open ones by severity and age, and each but those of who refuses analytics', async () => {
    const queue = await alerts();
    expect(
      queue.alerts.map(({ user, application_id, transaction_id, rule_id }) => [
        user,
        application_id ?? transaction_id,
        rule_id,
      ]),
    ).toEqual([
      ['u2', 'a1', 'R001'],
      ['u1', 'a1', 'R001'],
      ['u1', 't1', 'T004'],
    ]);
    expect(queue.open).toEqual([{ severity: 'review', age: 'under an hour', alerts: 3 }]);
    expect(queue.alerts[2]).toMatchObject({ merchant: '<i>x</i>', amount: 2500, status: 'open', is_open: true });
  });

  it.each([
    ['?status=closed', 0],
    ['?status=open&rule=T004', 1],
    ['?severity=notice', 0],
    ['?region=North', 1],
    ['?from=2026-11-20&to=2026-11-20', 3],
    ['?from=2026-11-21', 0],
  ])('takes %s', async (query, found) => {
    expect((await alerts(query)).alerts).toHaveLength(found);
  });

  it('takes statuses of alerts, not of decisions', async () => {
    expect(await shown.refused('/api/alerts?status=Approved')).toMatchObject({
      code: 'invalid_filter',
      parameter: 'status',
      allowed: expect.arrayContaining(['open', 'false_positive']),
    });
  });

  it.each([
    ['?status=open&severity=review&rule=T004', 1],
    ['?status=closed', 0],
    ['?card_type=Unknown&region=North', 1],
    ['', 3],
  ])('is exported as it is cut by %s', async (query, found) => {
    const { export: path } = await alerts(query);
    const response = await shown.api.request(path);
    expect([path, response.status]).toEqual([path, 200]);
    expect((await response.text()).trim().split('\r\n')).toHaveLength(1 + found);
  });

  it('goes on behind the last one', async () => {
    const first = await alerts('?limit=2');
    const rest = await alerts(`?limit=2&cursor=${encodeURIComponent(first.next_cursor ?? '')}`);
    expect([...first.alerts, ...rest.alerts].map(({ alert_id }) => alert_id)).toEqual(
      (await alerts()).alerts.map(({ alert_id }) => alert_id),
    );
    expect(rest.next_cursor).toBeNull();
  });
});

describe('an alert', () => {
  const first = async () => (await alerts('?rule=R001')).alerts.find(({ user }) => user === 'u1')!;

  it('is shown with its rule, its evidence, and what else there is of the person', async () => {
    const { alert_id } = await first();
    const found = await shown.get<AlertResponse>(`/api/alerts/${alert_id}`);
    expect(found).toMatchObject({
      alert: { alert_id, application_id: 'a1', loan_amount: 16_000.5 },
      state: { status: 'open', version: 1, next: expect.arrayContaining(['in_review', 'false_positive']) },
      ahead_of_warehouse: false,
      rule: { rule_id: 'R001', condition: 'credit_score < 450 and loan_amount > 15000.00' },
      policy: { id: 'default' },
    });
    expect(found.evidence).toMatchObject({ credit_score: 440 });
    expect(found.related_applications.map(({ application_id }) => application_id)).toEqual(['a2']);
    expect(found.related_alerts.map(({ rule_id }) => rule_id)).toEqual(['T004']);
  });

  it('is disposed of with name and reason by who saw its latest version, and by nobody else', async () => {
    const { alert_id } = await first();
    const path = `/api/alerts/${alert_id}/status`;
    const change = { status: 'in_review', name: 'Ana', reason: 'looks <b>odd</b> מוזר', seen_version: 1 };
    const { state } = await shown.post<StatusResponse>(path, change);
    expect(state).toMatchObject({ status: 'in_review', version: 2 });
    expect(state.history.at(-1)).toMatchObject({ by: 'Ana', reason: 'looks <b>odd</b> מוזר', status: 'in_review' });
    const late = await shown.refused(path, posted({ ...change, status: 'closed', name: 'Bo' }));
    expect(late).toMatchObject({ status: 409, code: 'stale_version' });
    expect(late.current as AlertState).toMatchObject({ status: 'in_review', version: 2, history: [{}, { by: 'Ana' }] });
    expect(await shown.get<AlertResponse>(`/api/alerts/${alert_id}`)).toMatchObject({
      alert: { status: 'open' },
      state: { status: 'in_review', version: 2 },
      ahead_of_warehouse: true,
    });
  });

  it('is disposed of by one of two who saw the same', async () => {
    const path = `/api/alerts/${(await first()).alert_id}/status`;
    const both = await Promise.all(
      ['Ana', 'Bo'].map((name) =>
        Promise.resolve(
          shown.api.request(
            `http://console.test${path}`,
            posted({ status: 'closed', name, reason: 'seen', seen_version: 1 }),
          ),
        ),
      ),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  const good = { status: 'closed', name: 'Ana', reason: 'seen', seen_version: 1 };
  it.each([
    ['no name', { ...good, name: ' ' }, 400, 'invalid_body'],
    ['no reason', { ...good, reason: undefined }, 400, 'invalid_body'],
    ['no version', { ...good, seen_version: undefined }, 400, 'invalid_body'],
    ['an unknown status', { ...good, status: 'lost' }, 400, 'invalid_body'],
    ['a member too many', { ...good, role: 'admin' }, 400, 'invalid_body'],
    ['a card number', { ...good, reason: 'card 4111 1111 1111 1111' }, 400, 'invalid_body'],
    ['a line that is none', { ...good, reason: 'a\nb' }, 400, 'invalid_body'],
    ['a status that it has', { ...good, status: 'open' }, 409, 'refused'],
  ])('is not disposed of with %s', async (_, body, status, code) => {
    expect(await shown.refused(`/api/alerts/${(await first()).alert_id}/status`, posted(body))).toMatchObject({
      status,
      code,
    });
  });

  it('is changed by JSON of this console alone', async () => {
    const path = `/api/alerts/${(await first()).alert_id}/status`;
    const form = { ...posted(good), headers: { 'content-type': 'text/plain' } };
    expect(await shown.refused(path, form)).toMatchObject({ status: 415, code: 'not_json' });
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }])
      expect(await shown.refused(path, posted(good, headers as Record<string, string>))).toMatchObject({
        status: 403,
        code: 'forbidden_origin',
      });
    expect(await shown.refused(path, { ...posted(good), body: '{' })).toMatchObject({ code: 'invalid_body' });
    expect(await shown.refused(path, posted({ ...good, reason: 'x'.repeat(20_000) }))).toMatchObject({
      status: 413,
      code: 'too_large',
    });
    const engineer = openConsole(pool, { role: 'engineer' });
    expect(await engineer.refused(path, posted(good))).toMatchObject({ status: 403, code: 'forbidden_role' });
  });

  it('of who refuses analytics is neither shown nor disposed of; nor is one that there is not', async () => {
    const withheld = world.alerts.find(({ subject }) => subject.user_id === 'u3')!;
    for (const id of [withheld.alert_id, '0'.repeat(64), "' or 1=1 --", '..%2fmeta']) {
      const path = `/api/alerts/${encodeURIComponent(id)}`;
      expect(await shown.refused(path)).toMatchObject({ status: 404, code: 'not_found' });
      expect(await shown.refused(`${path}/status`, posted(good))).toMatchObject({ status: 404 });
    }
  });
});

describe('an application', () => {
  it('is found by its id, of every person who has one', async () => {
    const found = await shown.get<ApplicationsResponse>('/api/applications?application_id=a1');
    expect(found.applications.map(({ user }) => user).sort()).toEqual(['u1', 'u2']);
    expect((await shown.get<ApplicationsResponse>("/api/applications?application_id=a1'--")).applications).toEqual([]);
  });

  it('is shown with its receipt, the values and rules behind it, its policy and its alerts', async () => {
    const found = await shown.get<ApplicationResponse>('/api/applications/u1/a1');
    expect(found.application).toMatchObject({
      approval_status: 'Under Review',
      credit_score: 440,
      loan_amount: 16_000.5,
    });
    const { receipt } = found;
    const produced = world.produced[0]!;
    expect(receipt).toMatchObject({
      digest: produced.assessment.digest,
      position: produced.record.position,
      outcome: 'Under Review',
      reasons: [{ code: 'fraud_rule:R001', text: expect.stringContaining('R001') }],
      inputs: { application_id: 'a1', user_id: 'u1', loan_amount: '16000.50', event_time: '2026-11-20T10:00:00.000Z' },
    });
    expect(receipt?.rules.find(({ rule_id }) => rule_id === 'R001')).toMatchObject({
      result: 'fired',
      severity: 'review',
      condition: 'credit_score < 450 and loan_amount > 15000.00',
      values: { credit_score: 440 },
    });
    expect(found.policy).toMatchObject({
      id: 'default',
      reject_below: 500,
      approval_floor: 600,
      instant_amount: 15_000,
    });
    expect(found.alerts.map(({ rule_id }) => rule_id)).toEqual(['R001']);
    expect(found).toMatchObject({ receipt_problem: null, reviews: [], seen_reviews: 0 });
  });

  it('shows who somebody is to an administrator alone, in the receipt and in evidence, too', async () => {
    const masked = openConsole(pool, { role: 'analyst', objects: world.bucket.objects() });
    const { applications } = await masked.get<ApplicationsResponse>('/api/applications?application_id=a1&region=North');
    const response = await masked.api.request(`/api/applications/${applications[0]?.user}/a1`);
    const text = await response.text();
    expect(text).toContain('"receipt":{');
    expect(text).not.toMatch(/"u1"|"d1"/);
  });

  it('is shown without a receipt where none can be read, and says why', async () => {
    for (const key of world.bucket.keys('receipts/')) world.bucket.content.set(key, Buffer.from('no gzip'));
    const found = await shown.get<ApplicationResponse>('/api/applications/u1/a1');
    expect(found).toMatchObject({ receipt: null, receipt_problem: expect.stringContaining('cannot be read') });
    for (const key of world.bucket.keys('receipts/')) world.bucket.content.delete(key);
    expect(await shown.get<ApplicationResponse>('/api/applications/u1/a1')).toMatchObject({ receipt: null });
  });

  it('is decided by a person over the recorded decision, once for what was seen, and the next batch brings it', async () => {
    const path = '/api/applications/u1/a1/reviews';
    const decision = { decision: 'Approved', name: 'Ana', reason: 'income proven', revision: 1, seen_reviews: 0 };
    const made = await shown.post<ReviewResponse>(path, decision);
    expect(made).toMatchObject({ seen_reviews: 1, review: { reviewer: 'Ana', in_warehouse: false } });
    expect(await shown.refused(path, posted({ ...decision, decision: 'Rejected', name: 'Bo' }))).toMatchObject({
      code: 'stale_version',
      current: { seen_reviews: 1, reviews: [{ reviewer: 'Ana' }] },
    });
    expect(await shown.get<ApplicationResponse>('/api/applications/u1/a1')).toMatchObject({
      application: { approval_status: 'Under Review', final_status: 'Under Review' },
      reviews: [{ reviewer: 'Ana', in_warehouse: false }],
      seen_reviews: 1,
    });
    expect(await shown.refused('/api/applications/u1/a2/reviews', posted(decision))).toMatchObject({ code: 'refused' });
    expect(await shown.refused(path, posted({ ...decision, revision: 2, seen_reviews: 1 }))).toMatchObject({
      code: 'refused',
    });
    expect(await shown.refused('/api/applications/u3/gone/reviews', posted(decision))).toMatchObject({ status: 404 });
  });

  it('is computed again by who hosts the console, and said to be equal or not', async () => {
    const { record, assessment } = world.produced[0]!;
    const asked: string[][] = [];
    const replaying = (stored: string | null) =>
      openConsole(pool, {
        replay: async (...wanted) => {
          asked.push(wanted);
          return [
            {
              position: record.position,
              arrival: record.arrival,
              disposition: assessment.disposition,
              outcome: assessment.outcome,
              digest: assessment.digest,
              stored,
              policy: { id: 'default', version: '1.0.0' },
              history: 0,
              rules: assessment.rules,
              conditions: { R001: 'credit_score < 450' },
            },
          ];
        },
      });
    const path = '/api/applications/u1/a1/replay';
    const equal = await replaying(assessment.digest).post<ReplayResponse>(path, {});
    expect(equal).toMatchObject({ equal: true, records: [{ equal: true, outcome: 'Under Review' }] });
    expect(equal.records[0]?.rules.find(({ rule_id }) => rule_id === 'R001')?.condition).toBe('credit_score < 450');
    expect(await replaying('another').post(path, {})).toMatchObject({ equal: false, records: [{ equal: false }] });
    expect(asked).toEqual([
      ['a1', 'u1'],
      ['a1', 'u1'],
    ]);
    expect(await shown.refused(path, posted({}))).toMatchObject({ status: 503, code: 'store_down' });
  });
});

describe('a search', () => {
  it('is exported as what it found', async () => {
    const { applications, export: path } = await shown.get<ApplicationsResponse>('/api/applications?application_id=a2');
    expect(applications).toHaveLength(1);
    const lines = (await (await shown.api.request(path)).text()).trim().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(',a2,');
  });

  it.each(['/api/applications?application_id=%00', '/api/applications/u1/%00', '/api/alerts?rule=%00'])(
    '%s asks for what no text can hold, and is told so',
    async (path) => {
      expect(await shown.refused(path)).toMatchObject({ status: 400, code: 'invalid_filter' });
      expect(shown.errors).toEqual([]);
    },
  );
});

describe('any other path', () => {
  it.each([
    '/api/nowhere',
    '/api/tables/nothing',
    '/api/export/nothing.csv',
    '/api/tables/risk_breakdown',
    '/api/applications/u9/a1',
  ])('%s is not found', async (path) => {
    expect(await shown.refused(path)).toMatchObject({ status: 404, code: 'not_found' });
  });
});
