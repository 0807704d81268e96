import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveCounter } from '../../../console/api/live.ts';
import type { LiveResponse } from '../../../console/api/types.ts';
import { PooledReader } from '../../../lambdas/adapters/warehouse-pool.ts';
import { startPostgres, type TestServer } from '../../support/postgres.ts';
import { application, transaction } from '../../support/records.ts';
import { TestWarehouse } from '../../support/warehouse.ts';
import { FIRST_ARRIVAL, type Produced, World } from '../../support/world.ts';
import { openConsole, poolOf } from './support.ts';

let server: TestServer;
let warehouse: TestWarehouse;
let pool: PooledReader;

beforeAll(async () => {
  server = await startPostgres(['fsync=off']);
  warehouse = await TestWarehouse.create(server);
  pool = poolOf(warehouse.env);
});
afterAll(async () => {
  await pool.end();
  await warehouse.end();
  await server.stop();
});

/** Two applications, one of them asked after and said again; one that is invalid; one transaction. */
function produce(world: World): Produced[] {
  return [
    ...world.applications(application('u1', 'a1', { credit_score: 440, loan_amount: 16_000 })),
    ...world.applications(application('u1', 'a1', { credit_score: 440, loan_amount: 16_000 })),
    ...world.applications(application('u2', 'a2'), application('u2', 'a3', { credit_score: 1 })),
    ...world.activity(transaction('u1', 't1')),
  ];
}
const TOTAL = { received: 5, decided: 3, quarantined: 1, duplicates: 1, conflicts: 0, undecided: 0, alerts: 1 };

describe('live counts', () => {
  it('move with the receipts, and say how far they are ahead of the warehouse', async () => {
    const world = new World();
    let now = FIRST_ARRIVAL + 1_000;
    const shown = openConsole(pool, { objects: world.bucket.objects(), now: () => now });
    const live = (): Promise<LiveResponse> => shown.get<LiveResponse>('/api/live');
    expect(await live()).toMatchObject({ total: { received: 0 }, ahead_of_warehouse: false, last_arrival: null });
    world.archive(produce(world));
    now += 1_000;
    const moved = await live();
    expect(moved).toMatchObject({
      total: TOTAL,
      by_stream: { credit_applications: { received: 4 }, account_activity: { received: 1 } },
      ahead_of_warehouse: true,
      ahead_by: 5,
      warehouse_as_of: null,
    });
    expect(moved.minutes).toHaveLength(15);
    expect(moved.minutes.at(-1)).toEqual({ minute: '2026-11-21T00:00:00.000Z', ...TOTAL });
    await warehouse.batch(world);
    now += 3_000;
    expect(await live()).toMatchObject({ total: TOTAL, ahead_of_warehouse: false, ahead_by: 0 });
  });

  it('are of what arrived since, each position once, and read no object twice', async () => {
    const world = new World();
    const before = produce(world);
    const since = FIRST_ARRIVAL + before.length;
    const after = produce(world);
    world.archive([...before, ...after]);
    // Delivered again, some of it together with what came later.
    world.archive(after.slice(0, 2));
    const counter = new LiveCounter(world.bucket.objects(), since, () => expect.unreachable());
    await counter.refresh(since + 60_000);
    expect(counter.total.received).toBe(after.length);
    const read = world.bucket.sent.filter((name) => name === 'GetObjectCommand').length;
    await counter.refresh(since + 120_000);
    expect(world.bucket.sent.filter((name) => name === 'GetObjectCommand').length).toBe(read);
    expect(counter.total.received).toBe(after.length);
  });

  it('go on while the warehouse does not answer', async () => {
    const world = new World();
    world.archive(produce(world));
    const shown = openConsole(pool, {
      objects: world.bucket.objects(),
      warehouse: { read: () => Promise.reject(Object.assign(new Error('no'), { code: 'ECONNREFUSED' })) },
    });
    expect(await shown.get<LiveResponse>('/api/live')).toMatchObject({ total: TOTAL, warehouse_as_of: null });
  });

  it('go on beside an object that cannot be read, which is told once', async () => {
    const world = new World();
    world.archive(produce(world));
    const [broken] = world.bucket.keys('receipts/account_activity/');
    world.bucket.content.set(broken!, Buffer.from('no gzip'));
    let now = FIRST_ARRIVAL + 1_000;
    const shown = openConsole(pool, { objects: world.bucket.objects(), now: () => now });
    for (; now < FIRST_ARRIVAL + 5_000; now += 1_000)
      expect((await shown.get<LiveResponse>('/api/live')).total).toEqual({ ...TOTAL, received: 4, decided: 2 });
    expect(shown.errors.map(String)).toEqual([expect.stringContaining(broken!)]);
  });

  it('are refused in words where the bucket does not answer, and come again', async () => {
    const world = new World();
    world.archive(produce(world));
    let isDown = true;
    const inner = world.bucket.objects();
    const objects = Object.assign(world.bucket.objects(), {
      listKeys: (prefix: string) => {
        if (isDown) throw new Error('no answer');
        return inner.listKeys(prefix);
      },
    });
    const shown = openConsole(pool, { objects });
    expect(await shown.refused('/api/live')).toMatchObject({ status: 503, code: 'store_down' });
    isDown = false;
    expect(await shown.get<LiveResponse>('/api/live')).toMatchObject({ total: TOTAL });
    expect(await openConsole(pool).refused('/api/live')).toMatchObject({ status: 503, code: 'store_down' });
  });
});
