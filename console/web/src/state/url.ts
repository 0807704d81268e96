import { useMemo, useSyncExternalStore } from 'react';

/**
 * Where the reader is: the path says which screen, the query which filters. Nothing of it is kept elsewhere, so that a
 * reload, the back button and a link in an e-mail show the same.
 */
export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

const MOVED = 'console:moved';

function subscribe(changed: () => void): () => void {
  addEventListener('popstate', changed);
  addEventListener(MOVED, changed);
  return () => {
    removeEventListener('popstate', changed);
    removeEventListener(MOVED, changed);
  };
}

export function usePlace(): Place {
  const href = useSyncExternalStore(subscribe, () => location.pathname + location.search);
  return useMemo(() => {
    const { pathname, searchParams } = new URL(href, location.origin);
    return { path: pathname, query: searchParams };
  }, [href]);
}

export function go(href: string, { replace = false } = {}): void {
  if (href === location.pathname + location.search) return;
  if (replace) history.replaceState(null, '', href);
  else history.pushState(null, '', href);
  dispatchEvent(new Event(MOVED));
}

/** A path with a query; without a question mark where there is nothing to ask. */
export function hrefOf(path: string, query: URLSearchParams): string {
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The same place with some parameters set, or taken out (null). */
export function withParameters(place: Place, changes: Readonly<Record<string, string | null>>): string {
  const query = new URLSearchParams(place.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') query.delete(name);
    else query.set(name, value);
  }
  return hrefOf(place.path, query);
}
