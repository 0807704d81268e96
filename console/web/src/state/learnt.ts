import { useCallback, useState } from 'react';
import type { AlertRow, AlertState } from '../../../api/types.ts';

type Learnt = ReadonlyMap<string, AlertState>;

/** Kept while the tab is open: whoever looks at another screen and comes back has still decided. */
let kept: Learnt = new Map();

/**
 * What the alert store said of alerts since the warehouse was loaded: the list is of the warehouse, and whoever works
 * through it must see what has been done.
 */
export function useLearnt(): readonly [learnt: Learnt, learn: (state: AlertState) => void] {
  const [learnt, setLearnt] = useState(kept);
  const learn = useCallback((state: AlertState) => {
    kept = new Map(kept).set(state.alert_id, state);
    setLearnt(kept);
  }, []);
  return [learnt, learn];
}

/** @returns the store's state where the warehouse does not have it yet */
export function newerState(
  learnt: Learnt,
  { alert_id, updated_at }: Pick<AlertRow, 'alert_id' | 'updated_at'>,
): AlertState | null {
  const state = learnt.get(alert_id);
  return state !== undefined && Date.parse(state.updated_at) > Date.parse(updated_at) ? state : null;
}
