import { random, type Random } from './random.ts';

/** A record with its place in the order of sending, ms since 1970: mostly its event time; a late record has a later one. */
export interface Draft {
  readonly sent: number;
  readonly data: Buffer;
}

/** What a maker of records has at hand. */
export interface Slot {
  readonly rng: Random;
  /** a number that no other slot has: slots of several records own the following numbers too */
  readonly number: number;
  /** ms since 1970; everything that the slot makes lies at or before it, by at most three days */
  readonly at: number;
}

/** Something planted among ordinary records. */
export interface Plant {
  readonly name: string;
  /** share of all slots; at least one is planted wherever the records suffice */
  readonly share: number;
  /** how many records it makes */
  readonly size: number;
  make(slot: Slot): Draft[];
}

export interface Plan {
  readonly seed: string;
  readonly count: number;
  /** ms since 1970: the records spread over the span between */
  readonly from: number;
  readonly to: number;
  readonly plants: readonly Plant[];
  /** makes an ordinary record */
  ordinary(slot: Slot): Draft;
}

const CHUNK = 10_000;

/**
 * Exactly `count` records, made in chunks so that memory does not grow with the count. The first chunk holds every
 * plant once (in the given order, as far as the count allows); all chunks hold their share.
 */
export function* carryOut(plan: Plan): Generator<Buffer[]> {
  const chunks = Math.max(1, Math.ceil(plan.count / CHUNK));
  const width = (plan.to - plan.from) / chunks;
  let number = 1;
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    const rng = random(`${plan.seed}/${chunk}`);
    const size = Math.min(CHUNK, plan.count - chunk * CHUNK);
    const drafts: Draft[] = [];
    const slot = (): Slot => ({ rng, number, at: Math.floor(plan.from + (chunk + rng.next()) * width) });
    for (const plant of plan.plants) {
      const wanted = plant.share * size;
      const times = Math.max(chunk === 0 ? 1 : 0, Math.floor(wanted) + (rng.chance(wanted % 1) ? 1 : 0));
      for (let i = 0; i < times && drafts.length + plant.size <= size; i += 1) {
        drafts.push(...plant.make(slot()));
        number += plant.size;
      }
    }
    while (drafts.length < size) {
      drafts.push(plan.ordinary(slot()));
      number += 1;
    }
    yield drafts.sort((x, y) => x.sent - y.sent).map((draft) => draft.data);
  }
}
