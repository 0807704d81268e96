import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BI_VIEWS } from '../support/bi-views.ts';
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

const REFUSED = { consent: { analytics: false } };
const risky = { credit_score: 400, loan_amount: 20_000 };
const on = (day: number, hour = 10) => ({ timestamp: new Date(Date.UTC(2026, 10, day, hour)).toISOString() });

async function batch(world: World, into = warehouse): Promise<void> {
  world.archive();
  await into.batch(world);
}
const refusals = async () =>
  (await warehouse.query('select user_id from dw.analytics_refusals order by 1')).map(({ user_id }) => user_id);
const shown = async () =>
  (await warehouse.query('select user_id, application_id from bi.applications order by 1, 2')).map(
    ({ user_id, application_id }) => `${user_id} ${application_id}`,
  );

/** Rows of a view as text, but for what says where in the stream a record lay, or when it came. */
async function told(of: TestWarehouse, view: string): Promise<string[]> {
  const names = BI_VIEWS[view]!.filter((name) => !MOMENTS.includes(name)).map((name) => `"${name}"::text`);
  const rows = await of.query(`select concat_ws(' | ', ${names.join(', ')}) as row from bi.${view} order by 1`);
  return rows.map(({ row }) => String(row));
}
const MOMENTS = [
  'id',
  'record_id',
  'arrival',
  'ingest_time',
  'created_at',
  'updated_at',
  'disposed_at',
  'last_arrival',
];
/** What is about records and not about the run, and counts nobody's refusals. */
const OF_PEOPLE = Object.keys(BI_VIEWS).filter(
  (view) => !['arrivals', 'consent_days', 'job_runs', 'reconciliations', 'freshness'].includes(view),
);

function others(world: World): void {
  world.applications(application('other', 'o1', { ...risky, ...on(19) }), application('other', 'o2', { age: 300 }));
  world.activity(
    transaction('other', 'ot1', { location: 'Bonn' }),
    transaction('other', 'ot2', { location: 'Rom', card_type: 'none' }),
  );
}

describe('who refuses analytics', () => {
  it('is in no view, as if the person had never been there, and is counted', async () => {
    const world = new World();
    others(world);
    world.applications(
      application('refuser', 'r1', { ...risky, ...on(19), region: 'Nord', age: 300 }),
      application('refuser', 'r1', { ...risky, ...on(19), credit_score: 401 }),
      application('refuser', 'r2', { ...on(20), ...REFUSED }),
      // Another one with an application_id of the refuser's is told of; that the refuser has it is not.
      application('refuser', 'o2', on(20, 9)),
    );
    world.activity(
      transaction('refuser', 'rt1', { location: 'Bonn' }),
      transaction('refuser', 'rt2', { location: 'Rom', card_type: 'none' }),
    );
    await batch(world);
    await warehouse.query(
      `insert into dw.review_decisions
       values ('review', 'r1', 'refuser', 1, 'Approved', 'Ada', 'papers seen', '2026-11-21T09:00Z', 0)`,
    );
    const exception = { subject: { user_id: 'refuser' }, rule: 'R001', until: '2027-01-01T00:00:00Z' };
    await warehouse.query(`update dw.dim_policy set document = jsonb_set(document, '{exceptions}', $1::jsonb)`, [
      JSON.stringify([exception, { ...exception, subject: { application_id: 'r1' } }]),
    ]);
    expect(await refusals()).toEqual(['refuser']);
    // The facts, the alerts and the issues are all there below.
    expect(await warehouse.query(`select count(*)::int as n from dw.fraud_alerts where user_id = 'refuser'`)).toEqual([
      { n: 2 },
    ]);
    expect(
      await warehouse.query(`select check_type from dw.data_quality_issues where user_id = 'refuser' order by 1`),
    ).toEqual([
      { check_type: 'conflicting_record' },
      { check_type: 'invalid_optional_field' },
      { check_type: 'invalid_optional_field' },
      { check_type: 'reused_application_id' },
    ]);

    const without = await TestWarehouse.create(server);
    const emptier = new World();
    others(emptier);
    await batch(emptier, without);
    for (const view of OF_PEOPLE) expect(await told(warehouse, view), view).toEqual(await told(without, view));
    await without.end();

    expect(
      await warehouse.query(
        `select date::text, applications::int, refused_analytics::int, refused_scoring::int from bi.consent_days order by 1`,
      ),
    ).toEqual([
      { date: '2026-11-19', applications: 2, refused_analytics: 1, refused_scoring: 0 },
      { date: '2026-11-20', applications: 3, refused_analytics: 2, refused_scoring: 0 },
    ]);
    expect(await warehouse.query('select sum(received)::int as received from bi.arrivals')).toEqual([{ received: 10 }]);
  });

  it('is who says so last by the time of the statement, not of its arrival; and may change', async () => {
    const world = new World();
    world.applications(application('u1', 'a1', on(18)), application('u1', 'a2', on(19)));
    await batch(world);
    expect(await shown()).toEqual(['u1 a1', 'u1 a2']);
    // A late record: what was said after it stands, but it is left out itself.
    world.applications(application('u1', 'a3', { ...on(17), ...REFUSED }));
    await batch(world);
    expect(await shown()).toEqual(['u1 a1', 'u1 a2']);
    world.applications(application('u1', 'a4', { ...on(20), ...REFUSED }));
    await batch(world);
    expect([await refusals(), await shown()]).toEqual([['u1'], []]);
    // Of one moment the later position counts.
    world.applications(application('u1', 'a5', on(20)));
    await batch(world);
    expect([await refusals(), await shown()]).toEqual([[], ['u1 a1', 'u1 a2', 'u1 a5']]);
    // A revision of an old application is a statement like any other, and so is one that is not the current one.
    world.applications(application('u1', 'a5', { revision: 3, ...on(20, 12) }));
    world.applications(application('u1', 'a5', { revision: 2, ...on(20, 11), ...REFUSED }));
    await batch(world);
    expect([await refusals(), await shown()]).toEqual([[], ['u1 a1', 'u1 a2', 'u1 a5']]);
    world.applications(application('u1', 'a1', { revision: 2, ...on(20, 13), ...REFUSED }));
    await batch(world);
    expect([await refusals(), await shown()]).toEqual([['u1'], []]);
  });

  it('takes along transactions alone, alerts and issues of an application that refuses for itself', async () => {
    const world = new World();
    world.applications(
      application('u1', 'a1', { ...risky, ...on(18), age: 300 }),
      application('u1', 'a1', { ...risky, ...on(18), revision: 2, ...REFUSED }),
      application('u1', 'a2', on(19)),
    );
    world.activity(transaction('u1', 't1'));
    await batch(world);
    const count = async (view: string) =>
      Number((await warehouse.query(`select count(*) as n from bi.${view}`))[0]!['n']);
    expect([await refusals(), await shown()]).toEqual([[], ['u1 a2']]);
    expect(await count('transactions')).toBe(1);
    expect(await count('fraud_alerts')).toBe(0);
    expect(await count('rule_days')).toBe(0);
    expect(await count('data_quality_issues')).toBe(0);
    expect(await warehouse.query('select count(*)::int as n from dw.fraud_alerts')).toEqual([{ n: 2 }]);
  });
});
