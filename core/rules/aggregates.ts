import { ACTIVITY_TYPES } from '../contract/values.ts';
import type { Activity } from '../events/types.ts';
import type { HistoryEntry } from '../history/types.ts';
import { amountText, numberText } from '../policy/decimal.ts';
import type { Facts, Leaf, RuleTarget } from './facts.ts';
import { jsonOrNull } from './fields.ts';
import type { Window } from './window.ts';

/**
 * Which records of the history are looked at: `transactions`, one type of activity, or `records` for every decided
 * record of the stream.
 */
export const SOURCES: Readonly<Record<RuleTarget, readonly string[]>> = {
  application: ['applications'],
  transaction: ['transactions', 'records', ...ACTIVITY_TYPES.filter((type) => type !== 'transaction')],
};

/** Texts that the history keeps of a record, so that they can be counted and recognised. */
export const HISTORY_TEXTS: Readonly<Record<RuleTarget, readonly string[]>> = {
  application: ['application_id'],
  transaction: ['device_id', 'location'],
};

type Select = (entry: HistoryEntry) => boolean;

function selector(source: string): Select {
  if (source === 'applications' || source === 'records') return () => true;
  const type = source === 'transactions' ? 'transaction' : source;
  return (entry) => entry.kind === 'activity' && entry.type === type;
}

function textReader(name: string): (record: HistoryEntry | Facts['record']) => string | null {
  return (record) => ((record as unknown as Record<string, string | null | undefined>)[name] ?? null) as string | null;
}

/** Calls `visit` for each entry of the view within the window and of the source, in position order. */
function each(facts: Facts, window: Window, select: Select, visit: (entry: HistoryEntry) => void): void {
  const { entries, from, to } = facts.view;
  const first = facts.record.event_time + window.from;
  const last = facts.record.event_time + window.to;
  for (let i = from; i < to; i++) {
    const entry = entries[i] as HistoryEntry;
    if (entry.event_time >= first && entry.event_time <= last && select(entry)) visit(entry);
  }
}

export interface AggregateOptions {
  readonly source: string;
  readonly window: Window;
  /** this record is counted with the history's */
  readonly andThis: boolean;
}

export function countLeaf({ source, window, andThis }: AggregateOptions, slot: number): Leaf {
  const select = selector(source);
  return {
    load: (facts) => {
      let count = andThis ? 1 : 0;
      each(facts, window, select, () => count++);
      facts.numbers[slot] = count;
      return null;
    },
    values: [{ name: `${source}_${window.length}`, show: ({ numbers }) => numberText(numbers[slot] as number) }],
  };
}

/** How many different texts there are; records without one do not count. */
export function distinctLeaf(name: string, { source, window, andThis }: AggregateOptions, slot: number): Leaf {
  const select = selector(source);
  const read = textReader(name);
  return {
    load: (facts) => {
      const own = andThis ? read(facts.record) : null;
      let others: Set<string> | null = null;
      each(facts, window, select, (entry) => {
        const text = read(entry);
        if (text !== null && text !== own) (others ??= new Set()).add(text);
      });
      facts.numbers[slot] = (own === null ? 0 : 1) + ((others as Set<string> | null)?.size ?? 0);
      return null;
    },
    values: [{ name: `distinct_${name}_${window.length}`, show: ({ numbers }) => numberText(numbers[slot] as number) }],
  };
}

const own = (record: Facts['record']): number | null => (record as Activity).amount;
const cents = (value: number | undefined): string => `"${amountText(value ?? 0)}"`;

/** Sum of the amounts in cents, exact: 500 amounts of at most 10^12 cents stay below 2^53. */
export function sumLeaf({ source, window, andThis }: AggregateOptions, slot: number): Leaf {
  const select = selector(source);
  return {
    load: (facts) => {
      let sum = andThis ? (own(facts.record) ?? 0) : 0;
      each(facts, window, select, (entry) => {
        if (entry.kind === 'activity' && entry.amount !== null) sum += entry.amount;
      });
      facts.numbers[slot] = sum;
      return null;
    },
    values: [{ name: `sum_amount_${window.length}`, show: ({ numbers }) => cents(numbers[slot]) }],
  };
}

/**
 * Mean of the amounts, kept as sum and count: a comparison with it is exact. Slots: the mean as a double, sum, count.
 *
 * @param atLeast with fewer amounts there is no mean, and the rule is not evaluated
 */
export function meanLeaf({ source, window, andThis }: AggregateOptions, atLeast: number, slot: number): Leaf {
  const select = selector(source);
  return {
    load: (facts) => {
      const mine = andThis ? own(facts.record) : null;
      let sum = mine ?? 0;
      let count = mine === null ? 0 : 1;
      each(facts, window, select, (entry) => {
        if (entry.kind !== 'activity' || entry.amount === null) return;
        sum += entry.amount;
        count++;
      });
      facts.numbers[slot] = count >= atLeast ? sum / count : NaN;
      facts.numbers[slot + 1] = sum;
      facts.numbers[slot + 2] = count;
      return count >= atLeast ? null : `fewer than ${atLeast} ${source} within ${window.length}`;
    },
    values: [
      { name: `amounts_${window.length}`, show: ({ numbers }) => numberText(numbers[slot + 2] as number) },
      { name: `sum_amount_${window.length}`, show: ({ numbers }) => cents(numbers[slot + 1]) },
    ],
  };
}

const flag = (at: number) => (facts: Facts) => (facts.numbers[at] === 1 ? 'true' : 'false');

/**
 * True when the record's own text does not occur in the window while another one does: a new device, but not the first
 * one ever seen. Slots: the answer, whether it occurs, whether another one does.
 */
export function unseenLeaf(name: string, { source, window }: AggregateOptions, slot: number): Leaf {
  const select = selector(source);
  const read = textReader(name);
  return {
    load: (facts) => {
      const mine = read(facts.record);
      let seen = 0;
      let others = 0;
      each(facts, window, select, (entry) => {
        const text = read(entry);
        if (text === null) return;
        if (text === mine) seen = 1;
        else others = 1;
      });
      facts.numbers[slot] = mine === null ? NaN : others - others * seen;
      facts.numbers[slot + 1] = seen;
      facts.numbers[slot + 2] = others;
      return mine === null ? `${name} is missing` : null;
    },
    values: [
      { name, show: (facts) => jsonOrNull(read(facts.record)) },
      { name: `${name}_seen_${window.length}`, show: flag(slot + 1) },
      { name: `other_${name}_seen_${window.length}`, show: flag(slot + 2) },
    ],
  };
}
