import { useCallback, useEffect, useRef, useState } from 'react';
import { ask, asProblem, type Problem } from './api.ts';

/** Pages after the first are larger: whoever scrolls wants to go far. */
const PAGE = '500';

interface More<Row> {
  readonly rows: readonly Row[];
  readonly cursor: string | null;
}

interface Paged<Row> {
  readonly rows: readonly Row[];
  /** null at the end */
  readonly more: (() => void) | null;
  readonly loading: boolean;
  readonly problem: Problem | null;
}

/**
 * The first rows that an answer brought, and those that were fetched behind them. When the answer is refreshed while more
 * has been fetched, all of it stays as it was: a list that jumps under the reader cannot be read.
 *
 * @param path of the list with its filters; another path begins anew
 */
export function useRows<Row, Answer>(path: string, first: More<Row>, read: (answer: Answer) => More<Row>): Paged<Row> {
  const [state, setState] = useState<{ readonly path: string; readonly held: More<Row> | null }>({ path, held: null });
  const [loading, setLoading] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const busy = useRef(false);
  const now = useRef(path);
  useEffect(() => {
    now.current = path;
    busy.current = false;
    setLoading(false);
    setProblem(null);
  }, [path]);
  const held = state.path === path && state.held !== null ? state.held : first;
  const { cursor } = held;
  const reader = useRef(read);
  reader.current = read;
  const more = useCallback(() => {
    if (busy.current || cursor === null) return;
    busy.current = true;
    setLoading(true);
    const url = new URL(path, location.origin);
    url.searchParams.set('cursor', cursor);
    url.searchParams.set('limit', PAGE);
    const learn = async (): Promise<void> => {
      try {
        const next = reader.current(await ask<Answer>(url.pathname + url.search));
        if (now.current !== path) return;
        setState({ path, held: { rows: [...held.rows, ...next.rows], cursor: next.cursor } });
        setProblem(null);
      } catch (error) {
        if (now.current !== path) return;
        setProblem(asProblem(error));
      }
      busy.current = false;
      setLoading(false);
    };
    void learn();
  }, [path, cursor, held]);
  // Behind a problem nothing is fetched by scrolling alone, or the same would fail for ever.
  return { rows: held.rows, more: cursor === null || problem !== null ? null : more, loading, problem };
}
