import { createContext, useContext } from 'react';
import type { MetaResponse } from '../../../api/types.ts';
import type { Live } from '../parts/live-strip.tsx';

/** What every screen knows: what there is to filter by, what the reader may do, what streams now. */
export interface Known {
  readonly meta: MetaResponse;
  readonly live: Live;
}

export const KnownContext = createContext<Known | null>(null);

export function useKnown(): Known {
  const known = useContext(KnownContext);
  if (known === null) throw new Error('useKnown needs what the API knows above it');
  return known;
}
