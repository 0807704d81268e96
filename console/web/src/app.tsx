import { type MouseEvent, type ReactNode, useEffect, useMemo, useRef } from 'react';
import type { MetaResponse } from '../../api/types.ts';
import { FilterBar } from './parts/filter-bar.tsx';
import { Icon } from './parts/icons.tsx';
import { Link } from './parts/link.tsx';
import { type Live, LiveStrip, useLive } from './parts/live-strip.tsx';
import { Loading, ProblemState } from './parts/states.tsx';
import { Application } from './screens/application.tsx';
import { applicationIn } from './screens/application-link.ts';
import { Applications } from './screens/applications.tsx';
import { CreditRisk } from './screens/credit-risk.tsx';
import { DataQuality } from './screens/data-quality.tsx';
import { Fraud } from './screens/fraud.tsx';
import { Overview } from './screens/overview.tsx';
import { Pipeline } from './screens/pipeline.tsx';
import { Queue } from './screens/queue.tsx';
import { KnownContext } from './state/meta.ts';
import { useRefresh } from './state/refresh.tsx';
import { useResource } from './state/resource.ts';
import { hrefOfScreen, type Screen, type ScreenId, SCREENS, screenAt } from './state/screens.ts';
import { usePlace } from './state/url.ts';

const SHOWN: Readonly<Record<ScreenId, () => ReactNode>> = {
  overview: Overview,
  queue: Queue,
  fraud: Fraud,
  credit: CreditRisk,
  quality: DataQuality,
  pipeline: Pipeline,
  applications: Applications,
};

export function App() {
  const { path } = usePlace();
  const screen = screenAt(path);
  const live = useLive();
  const meta = useResource<MetaResponse>('/api/meta');
  const main = useRef<HTMLElement>(null);
  const before = useRef(path);
  const title = screen?.title ?? 'Not found';
  useEffect(() => {
    document.title = `${title} – Credit risk console`;
    // Whoever follows a link by keyboard goes on from the top of what it led to; a filter leaves the focus where it is.
    if (before.current !== path) main.current?.focus();
    before.current = path;
  }, [path, title]);
  const skip = (event: MouseEvent) => {
    event.preventDefault();
    main.current?.focus();
  };
  return (
    <div className="app">
      <a className="skip" href="#main" onClick={skip}>
        Skip to the content
      </a>
      <Navigation screen={screen} role={meta.data?.standing.role ?? null} />
      <div className="column">
        <header className="top">
          <h1>{title}</h1>
          <RefreshControl standing={meta.data?.standing.now ?? null} />
        </header>
        <LiveStrip live={live} />
        <main id="main" ref={main} tabIndex={-1}>
          <Content screen={screen} meta={meta} live={live} path={path} />
        </main>
      </div>
    </div>
  );
}

interface ContentProperties {
  readonly screen: Screen | null;
  readonly meta: ReturnType<typeof useResource<MetaResponse>>;
  readonly live: Live;
  readonly path: string;
}

function Content({ screen, meta: { data, problem, reload }, live, path }: ContentProperties) {
  const known = useMemo(() => (data === null ? null : { meta: data, live }), [data, live]);
  if (screen === null)
    return (
      <section className="state" role="alert" data-state="no-screen">
        <Icon name="question" />
        <h2>There is no such page</h2>
        <p>
          Nothing is at <bdi>{path}</bdi>.
        </p>
        <p className="ways">
          <Link className="button primary" href="/">
            Overview
          </Link>
        </p>
      </section>
    );
  if (known === null)
    return problem === null ? <Loading what="the console" /> : <ProblemState problem={problem} retry={reload} />;
  const one = applicationIn(path);
  const Shown = SHOWN[screen.id];
  return (
    <KnownContext value={known}>
      {one === null && <FilterBar screen={screen} meta={known.meta} />}
      {one === null ? <Shown key={screen.id} /> : <Application key={path} of={one} />}
    </KnownContext>
  );
}

function Navigation({ screen, role }: { readonly screen: Screen | null; readonly role: string | null }) {
  const { query } = usePlace();
  return (
    <nav aria-label="Screens">
      <p className="brand">
        <Icon name="ok" />
        Credit risk
      </p>
      <ul>
        {SCREENS.map((one) => (
          <li key={one.id}>
            <Link href={hrefOfScreen(one, screen, query)} aria-current={one.id === screen?.id ? 'page' : undefined}>
              {one.title}
            </Link>
          </li>
        ))}
      </ul>
      {role !== null && <p className="muted role">Role: {role}</p>}
    </nav>
  );
}

function RefreshControl({ standing }: { readonly standing: string | null }) {
  const { paused, pause, now } = useRefresh();
  return (
    <div className="refresh">
      <span className="muted" data-refreshed={standing ?? ''}>
        {paused ? 'Refresh is paused' : 'Refreshed every 30 s'}
      </span>
      <button type="button" onClick={() => pause(!paused)}>
        <Icon name={paused ? 'play' : 'pause'} />
        {paused ? 'Resume' : 'Pause'}
      </button>
      <button type="button" onClick={now}>
        <Icon name="again" />
        Refresh now
      </button>
    </div>
  );
}
