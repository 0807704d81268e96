import type { Activity, Application } from '../events/types.ts';
import type { HistoryView } from '../history/history.ts';

/** Which records a rule judges. */
export type RuleTarget = 'application' | 'transaction';

/** One record with what it can see, and the values read from both: each is read once, however many rules use it. */
export interface Facts<R = Application | Activity> {
  record: R;
  view: HistoryView;
  /** by slot; NaN where missing. Amounts in cents */
  readonly numbers: Float64Array;
  /** by slot; null where missing */
  readonly texts: (string | null)[];
  /** by value: JSON, as the receipt shows it */
  readonly shown: string[];
  /** by leaf: why it is missing, or null */
  readonly absent: (string | null)[];
}

/** Something that a rule reads: a field, or an aggregate over the history. */
export interface Leaf {
  /** fills the leaf's slots @returns why the value is missing, or null */
  readonly load: (facts: Facts) => string | null;
  /** what the receipt shows of it, by name; called after `load` */
  readonly values: readonly { readonly name: string; readonly show: (facts: Facts) => string }[];
}

/** The leaf's place among the leaves of its scope, and the names and places of its values. */
export interface PlacedLeaf {
  readonly index: number;
  readonly slot: number;
  readonly values: readonly { readonly name: string; readonly index: number }[];
}

/** Slots a leaf may fill: the first is its value, the rest what it found on the way. */
export const SLOTS = 4;

/** Collects the leaves of all rules on one kind of record, so that equal ones are evaluated once. */
export class Scope {
  readonly target: RuleTarget;
  readonly leaves: Leaf[] = [];
  readonly #placed = new Map<string, PlacedLeaf>();
  readonly shows: ((facts: Facts) => string)[] = [];

  constructor(target: RuleTarget) {
    this.target = target;
  }

  /** @param key equal for equal leaves @param make gets the first of the leaf's four slots */
  place(key: string, make: (slot: number) => Leaf): PlacedLeaf {
    const known = this.#placed.get(key);
    if (known !== undefined) return known;
    const index = this.leaves.length;
    const slot = index * SLOTS;
    const leaf = make(slot);
    this.leaves.push(leaf);
    const placed = {
      index,
      slot,
      values: leaf.values.map(({ name, show }) => ({ name, index: this.shows.push(show) - 1 })),
    };
    this.#placed.set(key, placed);
    return placed;
  }

  /** Room for one record after the other: evaluations do not overlap. */
  facts(): Facts {
    return {
      record: null as unknown as Facts['record'],
      view: { entries: [], from: 0, to: 0 },
      numbers: new Float64Array(this.leaves.length * SLOTS),
      texts: Array.from({ length: this.leaves.length * SLOTS }, () => null),
      shown: this.shows.map(() => ''),
      absent: this.leaves.map(() => null),
    };
  }

  /** Reads every leaf. */
  load(facts: Facts): void {
    const { leaves, shows } = this;
    for (let i = 0; i < leaves.length; i++) facts.absent[i] = (leaves[i] as Leaf).load(facts);
    for (let i = 0; i < shows.length; i++) facts.shown[i] = (shows[i] as (facts: Facts) => string)(facts);
  }
}
