import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';

const EVERY_MS = 30_000;
const KEPT_AS = 'console.paused';

interface Refresh {
  /** moves whenever everything is to be asked again */
  readonly tick: number;
  readonly paused: boolean;
  readonly pause: (paused: boolean) => void;
  readonly now: () => void;
}

const Context = createContext<Refresh | null>(null);

/** Asks again every 30 seconds, but not while nobody looks: a forgotten tab costs the warehouse nothing. */
export function RefreshProvider({ children }: { readonly children: ReactNode }) {
  const [tick, setTick] = useState(0);
  const [paused, setPaused] = useState(() => sessionStorage.getItem(KEPT_AS) === 'true');
  useEffect(() => {
    if (paused) return;
    const again = () => {
      if (document.visibilityState === 'visible') setTick((before) => before + 1);
    };
    const timer = setInterval(again, EVERY_MS);
    return () => clearInterval(timer);
  }, [paused]);
  const value = useMemo(
    () => ({
      tick,
      paused,
      pause: (wanted: boolean) => {
        sessionStorage.setItem(KEPT_AS, String(wanted));
        setPaused(wanted);
      },
      now: () => setTick((before) => before + 1),
    }),
    [tick, paused],
  );
  return <Context value={value}>{children}</Context>;
}

export function useRefresh(): Refresh {
  const refresh = useContext(Context);
  if (refresh === null) throw new Error('useRefresh needs a RefreshProvider above it');
  return refresh;
}
