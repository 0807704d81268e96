import { expect, it } from 'vitest';
import { explain } from '../../../../cli/explain/explain.ts';
import { APPLICATIONS } from '../../../../core/contract/streams.ts';
import { application } from '../../../support/records.ts';
import { World } from '../../../support/world.ts';

it('explain shows what was given up, and what came after it as one that has not seen it', async () => {
  const world = new World({ shards: 1 });
  world.applications(application('u1', 'a0'));
  const [given] = world.giveUp(APPLICATIONS, application('u1', 'a1'));
  world.applications(application('u1', 'a1'), application('u1', 'a2'), application('u1', 'a1'));
  world.archive(world.produced, 2);
  const unreadable: unknown[] = [];
  const found = await explain(world.bucket.objects(), { id: 'a1', user: null }, (object) => unreadable.push(object));
  expect(found.map(({ assessment }) => assessment.disposition)).toEqual(['undecided', 'decided', 'duplicate']);
  for (const { assessment, stored } of found) expect(stored).toBe(assessment.digest);
  expect(found[1]!.history.map(({ seq }) => seq)).toEqual([world.produced[0]!.record.position.seq]);

  // Without its mark it counts as a record that was decided: nothing else tells.
  for (const key of world.bucket.keys('receipts/'))
    if (key.includes(given!.record.position.seq)) world.bucket.content.delete(key);
  const [first] = await explain(world.bucket.objects(), { id: 'a1', user: null }, () => {});
  expect(first).toMatchObject({ stored: null, assessment: { disposition: 'decided' } });
  expect(unreadable).toEqual([]);
});
