import type { ReactNode } from 'react';
import type { Standing } from '../../../api/types.ts';
import { ageText, durationText, momentText } from '../format.ts';
import type { Problem } from '../state/api.ts';
import { go, usePlace, withParameters } from '../state/url.ts';
import { Icon, type IconName } from './icons.tsx';
import { Link } from './link.tsx';

const TITLES: Readonly<Partial<Record<Problem['code'], string>>> = {
  unreachable: 'The API is down',
  not_the_api: 'The API did not answer as it should',
  invalid_filter: 'The address holds a filter that there is not',
  unknown_parameter: 'The address holds a parameter that there is not',
  invalid_range: 'The days are the wrong way round',
  invalid_cursor: 'That page of the list is gone',
  schema_outdated: 'The warehouse is of an older version',
  view_missing: 'A view of the warehouse is missing',
  warehouse_down: 'The warehouse does not answer',
  store_down: 'A store does not answer',
  not_found: 'There is no such thing',
  forbidden_role: 'Your role may not see this',
  internal: 'Something went wrong in the API',
};

/** In the place of a screen: what is wrong, where, and how to get out of it. */
export function ProblemState({ problem, retry }: { readonly problem: Problem; readonly retry: () => void }) {
  const { told } = problem;
  return (
    <section className="state problem" role="alert" data-problem={problem.code}>
      <Icon name="warning" />
      <h2>{TITLES[problem.code] ?? 'This cannot be shown'}</h2>
      <p>
        <bdi>{problem.message}</bdi>
      </p>
      {problem.hint !== null && (
        <p className="muted">
          <bdi>{problem.hint}</bdi>
        </p>
      )}
      {told?.missing !== undefined && told.missing.length > 0 && (
        <ul className="plain">
          {told.missing.map((name) => (
            <li key={name}>
              <code>{name}</code>
            </li>
          ))}
        </ul>
      )}
      <WayOut problem={problem} retry={retry} />
    </section>
  );
}

const MOST_OFFERED = 12;

function WayOut({ problem, retry }: { readonly problem: Problem; readonly retry: () => void }) {
  const place = usePlace();
  const parameter = problem.told?.parameter;
  const from = place.query.get('from');
  const to = place.query.get('to');
  if (problem.code === 'invalid_range' && from !== null && to !== null)
    return (
      <p className="ways">
        <Link className="button primary" href={withParameters(place, { from: to, to: from })}>
          Turn them round
        </Link>
        <Link className="button" href={withParameters(place, { from: null, to: null })}>
          All days
        </Link>
      </p>
    );
  if (parameter !== undefined && place.query.has(parameter)) {
    const offered = problem.code === 'invalid_filter' && !/^(from|to)$/.test(parameter) ? problem.told?.allowed : [];
    return (
      <div className="ways">
        <Link className="button primary" href={withParameters(place, { [parameter]: null })}>
          Show without {parameter}
        </Link>
        <Link className="button" href={place.path}>
          Drop all filters
        </Link>
        {offered !== undefined && offered.length > 0 && (
          <p>
            Or take{' '}
            {offered.slice(0, MOST_OFFERED).map((value) => (
              <Link key={value} className="choice" href={withParameters(place, { [parameter]: value })}>
                <bdi>{value}</bdi>
              </Link>
            ))}
          </p>
        )}
      </div>
    );
  }
  return (
    <p className="ways">
      <button type="button" className="primary" onClick={retry}>
        Try again
      </button>
      {place.path !== '/' && (
        <button type="button" onClick={() => go('/')}>
          Overview
        </button>
      )}
    </p>
  );
}

/** Above what is shown all the same: it is of before. */
export function ProblemBanner({ problem, retry }: { readonly problem: Problem; readonly retry: () => void }) {
  return (
    <Banner tone="bad" icon="warning" name="problem" role="alert">
      <strong>{TITLES[problem.code] ?? 'This could not be refreshed'}.</strong> <bdi>{problem.message}</bdi> What is
      shown is what was there before.{' '}
      <button type="button" onClick={retry}>
        Try again
      </button>
    </Banner>
  );
}

export function Banner(of: {
  readonly tone: 'bad' | 'warn' | 'info';
  readonly icon: IconName;
  readonly name: string;
  readonly role?: 'alert' | 'status';
  readonly children: ReactNode;
}) {
  return (
    <div className={`banner ${of.tone}`} data-banner={of.name} role={of.role ?? 'status'}>
      <Icon name={of.icon} />
      <p>{of.children}</p>
    </div>
  );
}

/** The warehouse speaks of earlier than it should. */
export function StaleBanner({ standing }: { readonly standing: Standing }) {
  if (!standing.stale) return null;
  const failed = standing.last_run !== null && standing.last_run.status === 'failed';
  return (
    <Banner tone="warn" icon="warning" name="stale">
      <strong>These figures are stale.</strong>{' '}
      {standing.as_of === null
        ? 'The warehouse has never been loaded.'
        : `They are as of ${momentText(standing.as_of)} UTC, ${ageText(standing.as_of, standing.now)} ago; ${durationText(
            standing.stale_after_minutes * 60,
          )} is the most there should be.`}
      {failed && (
        <>
          {' '}
          The last run <bdi>{standing.last_run?.id}</bdi> failed: the screen Pipeline says where.
        </>
      )}
    </Banner>
  );
}

export function EmptyWarehouse({ standing }: { readonly standing: Standing }) {
  return (
    <section className="state" data-state="empty">
      <Icon name="info" />
      <h2>The warehouse is empty</h2>
      <p>
        {standing.as_of === null
          ? 'No batch has loaded anything yet.'
          : `The batch of ${momentText(standing.as_of)} UTC found no record.`}{' '}
        What streams now is counted above; figures appear after the next batch.
      </p>
      <p className="muted">
        Stream records and run the batch: <code>npm run crp -- batch</code>
      </p>
    </section>
  );
}

export function NothingHere({ children }: { readonly children: ReactNode }) {
  return (
    <p className="nothing" data-state="nothing">
      <Icon name="info" /> {children}
    </p>
  );
}

export function Loading({ what }: { readonly what: string }) {
  return (
    <div className="loading" role="status" data-state="loading">
      <span className="visually-hidden">Loading {what}</span>
      <div className="ghosts" aria-hidden="true">
        <i />
        <i />
        <i />
        <i />
      </div>
      <div className="ghost tall" aria-hidden="true" />
    </div>
  );
}
