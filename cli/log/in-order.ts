import type { Span } from './spans.ts';

/** An object that cannot be used: cut short, not what its name says … */
export interface Unreadable {
  readonly key: string;
  readonly reason: string;
}

interface Cursor<T> {
  readonly items: readonly T[];
  at: number;
}

const AHEAD = 2;

/**
 * The items of many objects, ascending by sequence number, in runs. Objects are opened only when their turn comes, a
 * few ahead; those that overlap (a retry wrote some positions again) are merged, and equal positions come one after
 * the other.
 *
 * @param load gives an object's items; what it throws makes the object unreadable
 */
export async function* inOrder<T>(
  spans: readonly Span[],
  load: (key: string) => Promise<T[]>,
  seqOf: (item: T) => string,
  onUnreadable: (object: Unreadable) => void,
): AsyncGenerator<readonly T[]> {
  const waiting = spans.toSorted((x, y) => (x.first < y.first ? -1 : x.first > y.first ? 1 : x.key < y.key ? -1 : 1));
  const loading: Promise<T[] | null>[] = [];
  let next = 0;
  let open: Cursor<T>[] = [];

  const read = async (span: Span): Promise<T[] | null> => {
    try {
      const items = await load(span.key);
      for (let i = 1; i < items.length; i += 1)
        if (seqOf(items[i] as T) < seqOf(items[i - 1] as T)) {
          items.sort((x, y) => (seqOf(x) < seqOf(y) ? -1 : 1));
          break;
        }
      const [first, last] = [items[0], items.at(-1)];
      if (first !== undefined && last !== undefined && (seqOf(first) < span.first || seqOf(last) > span.last))
        throw new Error('it holds positions outside the range that its name gives');
      return items;
    } catch (error) {
      onUnreadable({ key: span.key, reason: error instanceof Error ? error.message : String(error) });
      return null;
    }
  };
  const openNext = async (): Promise<void> => {
    while (loading.length < AHEAD && next + loading.length < waiting.length)
      loading.push(read(waiting[next + loading.length] as Span));
    const items = await (loading.shift() as Promise<T[] | null>);
    next += 1;
    if (items !== null && items.length > 0) open.push({ items, at: 0 });
  };
  const head = (cursor: Cursor<T>): string => seqOf(cursor.items[cursor.at] as T);

  for (;;) {
    while (open.length === 0 && next < waiting.length) await openNext();
    if (open.length === 0) return;
    let least = open.reduce((x, y) => (head(y) < head(x) ? y : x));
    while (next < waiting.length && (waiting[next] as Span).first <= head(least)) {
      await openNext();
      least = open.reduce((x, y) => (head(y) < head(x) ? y : x));
    }
    let bound = next < waiting.length ? (waiting[next] as Span).first : null;
    for (const cursor of open) if (cursor !== least && (bound === null || head(cursor) < bound)) bound = head(cursor);
    const from = least.at;
    if (bound === null || seqOf(least.items.at(-1) as T) < bound) least.at = least.items.length;
    else
      do least.at += 1;
      while (least.at < least.items.length && head(least) < bound);
    yield from === 0 && least.at === least.items.length ? least.items : least.items.slice(from, least.at);
    open = open.filter((cursor) => cursor.at < cursor.items.length);
  }
}
