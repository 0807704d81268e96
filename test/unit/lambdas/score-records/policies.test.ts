import { describe, expect, it } from 'vitest';
import { POLICIES_PREFIX } from '../../../../core/contract/storage.ts';
import { eachWarehouse } from '../../../support/each-warehouse.ts';
import { application } from '../../../support/records.ts';
import type { TestWarehouse } from '../../../support/warehouse.ts';
import { World } from '../../../support/world.ts';

let warehouse: TestWarehouse;
let world: World;

eachWarehouse((opened) => {
  warehouse = opened;
  world = new World({ shards: 1 });
});

const score = () => warehouse.loadLog(world, world.archive().log);
const loaded = () => warehouse.query('select object_key from ops.ledger');
const bands = async () =>
  (await warehouse.query('select risk_level from staging.applications order by seq')).map(
    ({ risk_level }) => risk_level,
  );

describe('the policies', () => {
  const publish = (name: string, change: (document: Record<string, any>) => void): void => {
    const [text] = [...world.bucket.content].find(([key]) => key.startsWith(POLICIES_PREFIX))!.slice(1) as [Buffer];
    const document = JSON.parse(text.toString()) as Record<string, any>;
    change(document);
    world.bucket.content.set(`${POLICIES_PREFIX}/${name}.json`, Buffer.from(JSON.stringify(document)));
  };
  const withdrawAll = (): void => {
    for (const key of world.bucket.keys(POLICIES_PREFIX)) world.bucket.content.delete(key);
  };

  it('are needed: without one nothing is scored', async () => {
    world.applications(application('u1', 'a1'));
    withdrawAll();
    await expect(score()).rejects.toThrow(/no policy is in force/i);
    expect(await bands()).toEqual([]);
    expect(await loaded()).toEqual([]);
  });

  const spoil = (document: Record<string, any>): void => {
    document['thresholds'].bands.high_below = 'five hundred';
  };

  it('that cannot be used decide nothing: the last good one stays in force', async () => {
    world.applications(application('u1', 'a1', { credit_score: 550 }));
    publish('broken', spoil);
    await score();
    expect(await bands()).toEqual(['Medium']);
    expect(await warehouse.query('select policy_id from dim_policy')).toEqual([{ policy_id: 'default' }]);
  });

  it('that cannot be used stop the scoring where there is no good one, by name of what is wrong with them', async () => {
    world.applications(application('u1', 'a1'));
    publish('broken', spoil);
    for (const key of world.bucket.keys(POLICIES_PREFIX)) if (!key.includes('broken')) world.bucket.content.delete(key);
    await expect(score()).rejects.toThrow(/thresholds\.bands\.high_below/);
    expect(await loaded()).toEqual([]);
  });

  it('hold from the arrival on that they name, and stay known to the warehouse', async () => {
    const before = application('u1', 'a1', { credit_score: 550 });
    world.applications(before, { ...before, application_id: 'a2' }, { ...before, application_id: 'a3' });
    // from the arrival of the second record on
    publish('later', (document) => {
      document['version'] = 'later';
      document['effective_from'] = '2026-11-21T00:00:00.001Z';
      document['thresholds'].bands.high_below = 560;
      document['thresholds'].reject_below = 560;
    });
    await score();
    expect(await bands()).toEqual(['Medium', 'High', 'High']);
    expect(await warehouse.query('select * from dim_policy order by effective_from')).toMatchObject([
      { policy_id: 'default', high_below: 500, low_from: 700 },
      { policy_id: 'default', version: 'later', high_below: 560, low_from: 700 },
    ]);
  });
});
