import { type FormEvent, useId, useState } from 'react';
import type { ApplicationRow, ApplicationsResponse } from '../../../api/types.ts';
import { count, money, momentText } from '../format.ts';
import { Badge, FraudFlag } from '../parts/badges.tsx';
import { Icon } from '../parts/icons.tsx';
import { Link } from '../parts/link.tsx';
import { NotCut } from '../parts/not-cut.tsx';
import { ScreenFrame } from '../parts/screen-frame.tsx';
import { NothingHere } from '../parts/states.tsx';
import { type Column, VirtualTable } from '../parts/virtual-table.tsx';
import { useKnown } from '../state/meta.ts';
import { useResource } from '../state/resource.ts';
import { useRows } from '../state/rows.ts';
import { filtersIn } from '../state/screens.ts';
import { go, hrefOf, usePlace, withParameters } from '../state/url.ts';
import { hrefOfApplication } from './application-link.ts';

/** One application is found by its id, or in the list of all. */
export function Applications() {
  const place = usePlace();
  const query = filtersIn(place);
  const wanted = place.query.get('application_id');
  if (wanted !== null) query.set('application_id', wanted);
  const path = hrefOf('/api/applications', query);
  const page = useResource<ApplicationsResponse>(path);
  return (
    <>
      <Search key={wanted ?? ''} wanted={wanted ?? ''} />
      <ScreenFrame what="applications" resource={page}>
        {(data) => <Shown data={data} path={path} wanted={wanted} />}
      </ScreenFrame>
    </>
  );
}

function Search({ wanted }: { readonly wanted: string }) {
  const place = usePlace();
  const id = useId();
  const [text, setText] = useState(wanted);
  const search = (event: FormEvent) => {
    event.preventDefault();
    go(withParameters(place, { application_id: text.trim() }));
  };
  return (
    <form className="search" role="search" onSubmit={search}>
      <label htmlFor={id}>Application id</label>
      <input
        id={id}
        name="application_id"
        type="search"
        dir="auto"
        value={text}
        maxLength={200}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="primary">
        Search
      </button>
      {wanted !== '' && (
        <Link className="button" href={withParameters(place, { application_id: null })}>
          Show all
        </Link>
      )}
    </form>
  );
}

interface ShownProperties {
  readonly data: ApplicationsResponse;
  readonly path: string;
  readonly wanted: string | null;
}

function Shown({ data, path, wanted }: ShownProperties) {
  const { meta } = useKnown();
  const { rows, more, loading, problem } = useRows<ApplicationRow, ApplicationsResponse>(
    path,
    { rows: data.applications, cursor: data.next_cursor },
    (answer) => ({ rows: answer.applications, cursor: answer.next_cursor }),
  );
  if (wanted !== null && rows.length === 0)
    return (
      <NothingHere>
        No application with the id <bdi>{wanted}</bdi> in the warehouse under these filters. One that has just arrived
        is here after the next batch.
      </NothingHere>
    );
  return (
    <section className="panel" aria-label="Applications" data-table="applications">
      <header>
        <div>
          <h3>{wanted === null ? 'Applications' : `${count(rows.length)} with this id`}</h3>
          <p className="about">Newest first, each in its current revision.</p>
        </div>
        <div className="tools">
          <a className="button small" href={data.export} download="applications.csv">
            <Icon name="save" />
            CSV<span className="visually-hidden"> of the applications</span>
          </a>
        </div>
      </header>
      <VirtualTable
        label="Applications, newest first"
        columns={COLUMNS}
        rows={rows}
        keyOf={(row) => `${row.user} ${row.application_id}`}
        height={600}
        more={more}
        loadingMore={loading}
      />
      {problem !== null && <p role="alert">The next rows did not come: {problem.message}</p>}
      <NotCut by={data.not_filtered_by} dimensions={meta.dimensions} />
    </section>
  );
}

const COLUMNS: readonly Column<ApplicationRow>[] = [
  {
    id: 'application',
    title: 'Application',
    width: 190,
    whole: (row) => row.application_id,
    show: (row) => (
      <Link href={hrefOfApplication(row)} data-application={row.application_id}>
        <bdi>{row.application_id}</bdi>
      </Link>
    ),
  },
  { id: 'when', title: 'When', width: 168, show: (row) => momentText(row.event_time) },
  { id: 'user', title: 'Person', width: 140, whole: (row) => row.user, show: (row) => <bdi>{row.user}</bdi> },
  { id: 'region', title: 'Region', width: 120, whole: (row) => row.region, show: (row) => <bdi>{row.region}</bdi> },
  { id: 'score', title: 'Score', width: 76, numeric: true, show: (row) => count(row.credit_score) },
  { id: 'amount', title: 'Amount', width: 116, numeric: true, show: (row) => money(row.loan_amount) },
  { id: 'risk', title: 'Risk', width: 116, show: (row) => <Badge value={row.risk_level} /> },
  { id: 'decision', title: 'Decision', width: 140, show: (row) => <Badge value={row.final_status} /> },
  { id: 'fraud', title: 'Flagged', width: 112, show: (row) => <FraudFlag flagged={row.is_fraud} /> },
];
