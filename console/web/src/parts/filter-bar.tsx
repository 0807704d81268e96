import { useEffect, useId, useState } from 'react';
import type { DimensionInfo, MetaResponse } from '../../../api/types.ts';
import { valueText } from '../charts/shape.ts';
import { parametersOf, type Screen } from '../state/screens.ts';
import { go, usePlace, withParameters } from '../state/url.ts';
import { words } from '../text.ts';

/** What may be chosen for a parameter: at the queue `status` is the alert's. */
function dimensionOf(screen: Screen, parameter: string, meta: MetaResponse): DimensionInfo | null {
  const find = (id: string) => meta.dimensions.find((one) => one.id === id) ?? null;
  const plain = (title: string, values: readonly string[]): DimensionInfo => ({
    id: parameter,
    title,
    kind: 'text',
    description: '',
    values,
  });
  if (screen.id === 'queue' && parameter === 'status')
    return find('alert_status') ?? plain('State', meta.alert_statuses);
  if (parameter === 'severity') return find('severity') ?? plain('Severity', meta.severities);
  return find(parameter);
}

export function FilterBar({ screen, meta }: { readonly screen: Screen; readonly meta: MetaResponse }) {
  const place = usePlace();
  const known = parametersOf(screen);
  const set = [...place.query.keys()].filter((name) => known.includes(name));
  return (
    <form className="filters" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      <Period meta={meta} />
      {screen.filters
        .filter((name) => name !== 'date')
        .map((name) => {
          const dimension = dimensionOf(screen, name, meta);
          return dimension === null ? null : <Choice key={name} parameter={name} dimension={dimension} />;
        })}
      <button
        type="button"
        className="quiet"
        disabled={set.length === 0}
        onClick={() => go(withParameters(place, Object.fromEntries(set.map((name) => [name, null]))))}
      >
        Clear filters
      </button>
    </form>
  );
}

function Choice({ parameter, dimension }: { readonly parameter: string; readonly dimension: DimensionInfo }) {
  const place = usePlace();
  const id = useId();
  const value = place.query.get(parameter) ?? '';
  const values = dimension.kind === 'flag' ? ['true', 'false'] : (dimension.values ?? []);
  return (
    <div className={value === '' ? 'filter' : 'filter set'}>
      <label htmlFor={id}>{dimension.title}</label>
      <select
        id={id}
        name={parameter}
        value={value}
        onChange={(event) => go(withParameters(place, { [parameter]: event.target.value }))}
      >
        <option value="">All</option>
        {value !== '' && !values.includes(value) && <option value={value}>{`${value} (unknown)`}</option>}
        {values.map((one) => (
          <option key={one} value={one}>
            {dimension.id === 'region' ? one : dimension.kind === 'flag' ? valueText(dimension, one) : words(one)}
          </option>
        ))}
      </select>
    </div>
  );
}

const DAY_MS = 86_400_000;
const PERIODS = [7, 30, 90] as const;

/** Days back from the last one that has data: of a warehouse of last year, the last week is still its last week. */
function Period({ meta }: { readonly meta: MetaResponse }) {
  const place = usePlace();
  const id = useId();
  const from = place.query.get('from') ?? '';
  const to = place.query.get('to') ?? '';
  const last = meta.days.to;
  const start = (days: number): string =>
    last === null ? '' : new Date(Date.parse(last) - (days - 1) * DAY_MS).toISOString().slice(0, 10);
  const chosen =
    from === '' && to === '' ? 'all' : (PERIODS.find((days) => start(days) === from && to === last) ?? 'own');
  const choose = (value: string) => {
    if (value === 'all') go(withParameters(place, { from: null, to: null }));
    else if (value !== 'own') go(withParameters(place, { from: start(Number(value)), to: last }));
  };
  return (
    <fieldset className="period">
      <legend className="visually-hidden">Period, days in UTC</legend>
      <div className={chosen === 'all' ? 'filter' : 'filter set'}>
        <label htmlFor={id}>Period</label>
        <select id={id} value={String(chosen)} onChange={(event) => choose(event.target.value)}>
          <option value="all">All days</option>
          {last !== null &&
            PERIODS.map((days) => (
              <option key={days} value={days}>
                Last {days} days of data
              </option>
            ))}
          <option value="own" disabled={chosen !== 'own'}>
            Own days
          </option>
        </select>
      </div>
      <Day name="from" title="From" value={from} />
      <Day name="to" title="To" value={to} />
    </fieldset>
  );
}

/** Whoever types the year 2026 is at the year 2, 20 and 202 first: such days ask for nothing. */
const FIRST_DAY = '1990-01-01';

interface DayProperties {
  readonly name: 'from' | 'to';
  readonly title: string;
  readonly value: string;
}

function Day({ name, title, value }: DayProperties) {
  const place = usePlace();
  const id = useId();
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const type = (day: string) => {
    setTyped(day);
    if (day === '' || day >= FIRST_DAY) go(withParameters(place, { [name]: day }), { replace: true });
  };
  return (
    <div className={value === '' ? 'filter' : 'filter set'}>
      <label htmlFor={id}>{title}</label>
      <input
        id={id}
        name={name}
        type="date"
        value={/^\d{4}-\d\d-\d\d$/.test(typed) ? typed : ''}
        onChange={(event) => type(event.target.value)}
      />
    </div>
  );
}
