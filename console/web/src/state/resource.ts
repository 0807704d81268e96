import { useCallback, useEffect, useState } from 'react';
import { ask, asProblem, type Problem } from './api.ts';
import { useRefresh } from './refresh.tsx';

export interface Resource<T> {
  /** the last good answer; of other filters while the new one is on its way */
  readonly data: T | null;
  readonly problem: Problem | null;
  readonly loading: boolean;
  readonly reload: () => void;
}

interface State<T> {
  readonly path: string | null;
  readonly data: T | null;
  /** the path that `data` answers */
  readonly of: string | null;
  readonly problem: Problem | null;
  readonly loading: boolean;
}

/**
 * What a path of the API answers, asked again with every refresh. A figure that is a little old is kept in sight while
 * the next one is on its way, and where the next one does not come, what went wrong is said beside it.
 *
 * @param path null: ask nothing
 */
export function useResource<T>(path: string | null): Resource<T> {
  const { tick } = useRefresh();
  const [own, setOwn] = useState(0);
  const [state, setState] = useState<State<T>>({ path: null, data: null, of: null, problem: null, loading: true });
  useEffect(() => {
    if (path === null) return;
    const giveUp = new AbortController();
    setState((before) => ({ ...before, path, loading: true, problem: before.path === path ? before.problem : null }));
    const learn = async (): Promise<void> => {
      try {
        const data = await ask<T>(path, { signal: giveUp.signal });
        if (!giveUp.signal.aborted) setState({ path, data, of: path, problem: null, loading: false });
      } catch (error) {
        if (giveUp.signal.aborted) return;
        const problem = asProblem(error);
        // What was answered under other filters is no answer to this question.
        setState((before) => ({ ...before, data: before.of === path ? before.data : null, problem, loading: false }));
      }
    };
    void learn();
    return () => giveUp.abort();
  }, [path, tick, own]);
  const reload = useCallback(() => setOwn((before) => before + 1), []);
  const current = state.path === path;
  return {
    data: path === null ? null : state.data,
    problem: current ? state.problem : null,
    loading: path !== null && (state.loading || !current),
    reload,
  };
}
