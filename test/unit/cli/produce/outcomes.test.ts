import { describe, expect, it } from 'vitest';
import { outcomesOf } from '../../../../cli/produce/outcomes.ts';
import { Sent } from '../../../../cli/produce/sent.ts';
import { FIRST_ARRIVAL, type Produced, World } from '../../../support/world.ts';

const good = { application_id: 'a', user_id: 'u', credit_score: 640, loan_amount: 9_500, timestamp: FIRST_ARRIVAL };
const sentOf = (produced: readonly Produced[]): Sent => {
  const sent = new Sent(FIRST_ARRIVAL);
  for (const { position } of produced.map(({ record }) => record))
    sent.add(position.stream, position.shard, position.seq);
  return sent;
};
const ask = (world: World, sent: Sent) => outcomesOf(world.bucket.objects(), sent, FIRST_ARRIVAL + 1_000);

describe('outcomesOf', () => {
  it('counts what became of what was sent, and of nothing else', async () => {
    const world = new World();
    const earlier = world.applications({ ...good, application_id: 'b' }, 'broken too');
    const mine = [
      ...world.applications(good, good, { ...good, loan_amount: 1 }, { ...good, application_id: 'c' }),
      ...world.applications({ ...good, timestamp: '31.03.2026' }, 'broken'),
      ...world.activity({ type: 'payment_made', user_id: 'u', timestamp: FIRST_ARRIVAL }),
    ];
    world.archive([...earlier, ...mine], 2);
    expect(await ask(world, sentOf(mine))).toEqual({
      counts: { decided: 3, duplicate: 1, conflict: 1, quarantined: 2, undecided: 0 },
      open: 0,
      firstQuarantined: mine[4]!.record.arrival,
    });
  });

  it('counts a receipt that was written twice once, and says what has none', async () => {
    const world = new World({ shards: 1 });
    const mine = world.applications(good, { ...good, application_id: 'b' }, { ...good, application_id: 'c' });
    world.archive(mine.slice(0, 2));
    world.archive(mine.slice(1, 2));
    expect(await ask(world, sentOf(mine))).toMatchObject({ counts: { decided: 2 }, open: 1, firstQuarantined: null });
  });
});
