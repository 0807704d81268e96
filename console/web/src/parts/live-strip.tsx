import { useEffect, useState } from 'react';
import type { LiveResponse } from '../../../api/types.ts';
import { clockText, count, hourText } from '../format.ts';
import { ask, asProblem, type Problem } from '../state/api.ts';
import { useRefresh } from '../state/refresh.tsx';
import { Icon } from './icons.tsx';

const EVERY_MS = 1_000;
/** Of a store that does not answer nobody needs to know every second that it does not. */
const AFTER_FAILURE_MS = 5_000;

export interface Live {
  readonly counts: LiveResponse | null;
  readonly problem: Problem | null;
}

/** What the receipts say, asked for every second while somebody looks; the next question waits for the last answer. */
export function useLive(): Live {
  const { paused } = useRefresh();
  const [live, setLive] = useState<Live>({ counts: null, problem: null });
  useEffect(() => {
    const giveUp = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const next = async (): Promise<void> => {
      let wait = EVERY_MS;
      if (document.visibilityState === 'visible')
        try {
          setLive({ counts: await ask<LiveResponse>('/api/live', { signal: giveUp.signal }), problem: null });
        } catch (error) {
          if (giveUp.signal.aborted) return;
          wait = AFTER_FAILURE_MS;
          setLive((before) => ({ counts: before.counts, problem: asProblem(error) }));
        }
      if (!giveUp.signal.aborted && !paused) timer = setTimeout(() => void next(), wait);
    };
    void next();
    return () => {
      giveUp.abort();
      clearTimeout(timer);
    };
  }, [paused]);
  return live;
}

export function LiveStrip({ live: { counts, problem } }: { readonly live: Live }) {
  const { paused } = useRefresh();
  if (counts === null)
    return (
      <section className="live" aria-label="Live">
        <p className="muted">
          {problem === null ? 'Live counts are on their way.' : `No live counts: ${problem.message}`}
        </p>
      </section>
    );
  const { total } = counts;
  const figures = [
    ['received', total.received],
    ['decided', total.decided],
    ['quarantined', total.quarantined],
    ['undecided', total.undecided],
    ['alerts', total.alerts],
  ] as const;
  return (
    <section className="live" aria-label="Live" data-ahead={counts.ahead_of_warehouse}>
      <p className="live-title">
        <span className={paused || problem !== null ? 'dot off' : 'dot'} aria-hidden="true" />
        {paused ? 'Live, paused' : problem === null ? 'Live' : 'Live, interrupted'}
        <span className="muted"> since {hourText(counts.since)} UTC</span>
      </p>
      <dl>
        {figures.map(([name, value]) => (
          <div key={name} data-live={name}>
            <dt>{name}</dt>
            <dd>{count(value)}</dd>
          </div>
        ))}
      </dl>
      <Minutes counts={counts} />
      <p className={counts.ahead_of_warehouse ? 'ahead' : 'muted'} data-live="ahead">
        {counts.ahead_of_warehouse ? (
          <>
            <Icon name="info" />
            {count(counts.ahead_by)} {counts.ahead_by === 1 ? 'record' : 'records'} ahead of the warehouse, which waits
            for the batch
          </>
        ) : (
          <>
            The warehouse has all of it
            {counts.last_arrival === null ? '' : `; last arrival ${clockText(counts.last_arrival)} UTC`}
          </>
        )}
      </p>
    </section>
  );
}

/** Records a minute of the last quarter of an hour. */
function Minutes({ counts: { minutes } }: { readonly counts: LiveResponse }) {
  const most = Math.max(1, ...minutes.map(({ received }) => received));
  const all = minutes.reduce((sum, { received }) => sum + received, 0);
  return (
    <svg
      className="spark"
      viewBox={`0 0 ${minutes.length * 6} 24`}
      role="img"
      aria-label={`${count(all)} records in the last ${minutes.length} minutes`}
      preserveAspectRatio="none"
    >
      {minutes.map(({ minute, received }, i) => {
        const height = received === 0 ? 1 : Math.max(2, (received / most) * 24);
        return <rect key={minute} x={i * 6} y={24 - height} width="5" height={height} />;
      })}
    </svg>
  );
}
