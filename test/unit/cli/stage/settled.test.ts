import { describe, expect, it, vi } from 'vitest';
import { Interrupted } from '../../../../cli/errors.ts';
import { Sent } from '../../../../cli/produce/sent.ts';
import { settled } from '../../../../cli/stage/settled.ts';
import { APPLICATIONS } from '../../../../core/contract/streams.ts';
import { FIRST_ARRIVAL, type Produced, World } from '../../../support/world.ts';

const HOUR = 3_600_000;

/** Records as a producer hears of them, in a world whose log and receipts are written later. */
function sending(count: number) {
  const world = new World({ shards: 2 });
  const produced = world.applications(...Array.from({ length: count }, (_, i) => ({ user_id: `u${i}`, n: i })));
  const sent = new Sent(FIRST_ARRIVAL);
  for (const { record } of produced) sent.add(APPLICATIONS, record.position.shard, record.position.seq);
  return { world, produced, sent };
}

/** Looks at most an hour after the first arrival, whatever the clock of the machine says. */
const settle = (world: World, sent: Sent, signal = new AbortController().signal) => {
  const told: string[] = [];
  const promise = settled(
    world.bucket.objects(),
    sent,
    (what, _stream, n) => told.push(`${what} ${n}`),
    signal,
    5,
    () => FIRST_ARRIVAL + HOUR,
  );
  return { promise, told };
};

describe('settled', () => {
  it('resolves when each record sent lies in the log and has its receipt, and not before', async () => {
    const { world, produced, sent } = sending(9);
    // Others produce there too.
    world.archive(world.applications({ user_id: 'somebody else' }));
    let done = false;
    const { promise, told } = settle(world, sent);
    void promise.then(() => (done = true));
    const half = (list: Produced[]): Produced[] => list.slice(0, 5);
    world.archive(half(produced));
    await vi.waitFor(() => expect(told).toContain('decided 5'), { timeout: 10_000 });
    expect(done).toBe(false);
    world.archive(produced.slice(4), 1);
    await promise;
    expect(told).toContain('in the log 9');
    expect(told).toContain('decided 9');
  });

  it('resolves at once when nothing was sent', async () => {
    await settle(new World(), new Sent(FIRST_ARRIVAL)).promise;
  });

  it('gives up when it is told to', async () => {
    const { world, sent } = sending(2);
    const stop = new AbortController();
    const { promise } = settle(world, sent, stop.signal);
    setTimeout(() => stop.abort(), 20);
    await expect(promise).rejects.toThrow(Interrupted);
  });

  it('says that nothing moves, when nothing does for long', async () => {
    const { world, sent } = sending(3);
    let now = FIRST_ARRIVAL;
    const promise = settled(
      world.bucket.objects(),
      sent,
      () => {},
      new AbortController().signal,
      1,
      () => (now += 60_000),
    );
    await expect(promise).rejects.toThrow(/nothing was decided for 15 minutes, and 3 records wait/);
  });
});
