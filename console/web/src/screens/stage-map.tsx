import type { ReactNode } from 'react';
import type { Standing } from '../../../api/types.ts';
import { ageText, count, momentText, NOTHING } from '../format.ts';
import { Badge } from '../parts/badges.tsx';
import { Icon, type IconName } from '../parts/icons.tsx';
import type { Live } from '../parts/live-strip.tsx';

type Health = 'good' | 'warn' | 'bad' | 'quiet';
const ICONS: Readonly<Record<Health, IconName>> = { good: 'ok', warn: 'warning', bad: 'stop', quiet: 'question' };
const WORDS: Readonly<Record<Health, string>> = { good: 'well', warn: 'look', bad: 'broken', quiet: 'not known' };

/** From stream to report: what each stage holds, and whether it is well. */
export function StageMap({ standing, live }: { readonly standing: Standing; readonly live: Live }) {
  const { counts } = live;
  const total = counts?.total ?? null;
  const number = (value: number | undefined): string => (value === undefined ? NOTHING : count(value));
  const lost = total !== null && total.undecided > 0;
  const failed = standing.last_run?.status === 'failed';
  return (
    <section className="panel wide" aria-labelledby="stages">
      <header>
        <div>
          <h3 id="stages">Stages</h3>
          <p className="about">
            {counts === null
              ? `What streams now is not known${live.problem === null ? ' yet' : `: ${live.problem.message}`}.`
              : `Streams and decisions as of now, since ${momentText(counts.since)} UTC; the rest as of the last batch.`}
          </p>
        </div>
      </header>
      <ol className="stages">
        <Stage id="streams" title="Streams" health={counts === null ? 'quiet' : 'good'}>
          {Object.entries(counts?.by_stream ?? {}).map(([stream, of]) => (
            <p key={stream}>
              <code>{stream}</code> {number(of.received)} received
            </p>
          ))}
          {counts === null && <p>{NOTHING}</p>}
        </Stage>
        <Stage id="decisions" title="Checks and rules" health={total === null ? 'quiet' : lost ? 'bad' : 'good'}>
          <p>{number(total?.decided)} decided</p>
          <p>{number(total?.quarantined)} quarantined</p>
          <p>{number(total?.undecided)} undecided (dead letters)</p>
        </Stage>
        <Stage id="alerts" title="Alerts" health={total === null ? 'quiet' : 'good'}>
          <p>{number(total?.alerts)} rules fired</p>
          <p>{number(total?.duplicates)} duplicates</p>
          <p>{number(total?.conflicts)} conflicts</p>
        </Stage>
        <Stage id="batch" title="Batch" health={standing.last_run === null ? 'quiet' : failed ? 'bad' : 'good'}>
          {standing.last_run === null ? (
            <p>Never ran</p>
          ) : (
            <>
              <p>
                <Badge value={standing.last_run.status} />
              </p>
              <p>
                <bdi title={standing.last_run.id}>{standing.last_run.id}</bdi>
              </p>
            </>
          )}
        </Stage>
        <Stage
          id="warehouse"
          title="Warehouse and reports"
          health={standing.as_of === null ? 'quiet' : standing.stale ? 'warn' : 'good'}
        >
          <p>{standing.as_of === null ? 'Never loaded' : `loaded ${ageText(standing.as_of, standing.now)} ago`}</p>
          <p>{counts?.ahead_of_warehouse === true ? `${count(counts.ahead_by)} records behind` : 'nothing waits'}</p>
        </Stage>
      </ol>
    </section>
  );
}

function Stage(of: {
  readonly id: string;
  readonly title: string;
  readonly health: Health;
  readonly children: ReactNode;
}) {
  return (
    <li className={`stage ${of.health}`} data-stage={of.id} data-health={of.health}>
      <h4>
        <Icon name={ICONS[of.health]} />
        {of.title}
        <span className="visually-hidden">: {WORDS[of.health]}</span>
      </h4>
      {of.children}
    </li>
  );
}
