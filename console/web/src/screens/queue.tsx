import { useCallback, useMemo } from 'react';
import type { Age, AlertRow, AlertsResponse, AlertState } from '../../../api/types.ts';
import { ageText, count, money, momentText, NOTHING } from '../format.ts';
import { Badge } from '../parts/badges.tsx';
import { Icon } from '../parts/icons.tsx';
import { Link } from '../parts/link.tsx';
import { NotCut } from '../parts/not-cut.tsx';
import { ScreenFrame } from '../parts/screen-frame.tsx';
import { NothingHere } from '../parts/states.tsx';
import { type Column, VirtualTable } from '../parts/virtual-table.tsx';
import { newerState, useLearnt } from '../state/learnt.ts';
import { useKnown } from '../state/meta.ts';
import { useRows } from '../state/rows.ts';
import { filtersIn } from '../state/screens.ts';
import { go, hrefOf, usePlace, withParameters } from '../state/url.ts';
import { words } from '../text.ts';
import { AlertDrawer } from './alert-drawer.tsx';
import { usePage } from './page.ts';

export function Queue() {
  const place = usePlace();
  const page = usePage<AlertsResponse>('/api/alerts');
  const opened = place.query.get('alert');
  const [learnt, learn] = useLearnt();
  const { reload } = page;
  const changed = useCallback(
    (state: AlertState) => {
      learn(state);
      reload();
    },
    [learn, reload],
  );
  const close = useCallback(() => {
    const url = new URL(location.href);
    url.searchParams.delete('alert');
    go(url.pathname + url.search);
  }, []);
  return (
    <>
      <ScreenFrame what="the fraud queue" resource={page}>
        {(data) => <Shown data={data} learnt={learnt} />}
      </ScreenFrame>
      {opened !== null && <AlertDrawer key={opened} id={opened} close={close} changed={changed} />}
    </>
  );
}

interface ShownProperties {
  readonly data: AlertsResponse;
  readonly learnt: ReadonlyMap<string, AlertState>;
}

function Shown({ data, learnt }: ShownProperties) {
  const place = usePlace();
  const { meta } = useKnown();
  const path = hrefOf('/api/alerts', filtersIn(place));
  const { rows, more, loading, problem } = useRows<AlertRow, AlertsResponse>(
    path,
    { rows: data.alerts, cursor: data.next_cursor },
    (answer) => ({ rows: answer.alerts, cursor: answer.next_cursor }),
  );
  const columns = useMemo(() => columnsAt(data.standing.now, learnt), [data.standing.now, learnt]);
  const ahead = rows.filter((row) => newerState(learnt, row) !== null).length;
  return (
    <>
      <OpenAlerts open={data.open} severities={meta.severities} />
      <section className="panel" aria-label="Alerts" data-table="alerts">
        <header>
          <div>
            <h3>Alerts</h3>
            <p className="about">
              Newest first. A rule and its evidence, and what may be done, are behind each alert.
              {ahead > 0 && (
                <strong data-ahead={ahead}>
                  {' '}
                  {count(ahead)} of them decided since the warehouse was loaded: counts and filters follow at the next
                  batch.
                </strong>
              )}
            </p>
          </div>
          <div className="tools">
            <a className="button small" href={data.export} download="alerts.csv">
              <Icon name="save" />
              CSV<span className="visually-hidden"> of the alerts</span>
            </a>
          </div>
        </header>
        <VirtualTable
          label="Alerts, newest first"
          columns={columns}
          rows={rows}
          keyOf={(row) => row.alert_id}
          height={520}
          more={more}
          loadingMore={loading}
        />
        {problem !== null && <p role="alert">The next rows did not come: {problem.message}</p>}
        <NotCut by={data.not_filtered_by} dimensions={meta.dimensions} />
      </section>
    </>
  );
}

const columnsAt = (now: string, learnt: ReadonlyMap<string, AlertState>): readonly Column<AlertRow>[] => [
  { id: 'severity', title: 'Severity', width: 96, show: (row) => <Badge value={row.severity} /> },
  {
    id: 'reason',
    title: 'Reason',
    width: 276,
    whole: (row) => row.reason,
    show: (row) => <OpenAlert row={row} />,
  },
  { id: 'rule', title: 'Rule', width: 72, whole: (row) => row.rule_id, show: (row) => <code>{row.rule_id}</code> },
  {
    id: 'age',
    title: 'Age',
    width: 98,
    whole: (row) => momentText(row.created_at),
    show: (row) => ageText(row.created_at, now),
  },
  {
    id: 'status',
    title: 'State',
    width: 136,
    show: (row) => <Badge value={newerState(learnt, row)?.status ?? row.status} />,
  },
  {
    id: 'subject',
    title: 'Subject',
    width: 164,
    whole: (row) => row.application_id ?? row.transaction_id ?? '',
    show: (row) => (
      <>
        {words(row.subject_kind)} <bdi>{row.application_id ?? row.transaction_id}</bdi>
      </>
    ),
  },
  {
    id: 'amount',
    title: 'Amount',
    width: 98,
    numeric: true,
    show: (row) => (row.amount === null ? NOTHING : money(row.amount)),
  },
  { id: 'user', title: 'Person', width: 110, whole: (row) => row.user, show: (row) => <bdi>{row.user}</bdi> },
  { id: 'where', title: 'Where', width: 128, whole: whereOf, show: (row) => <bdi>{whereOf(row)}</bdi> },
];

const whereOf = ({ subject_kind, region, location, merchant }: AlertRow): string =>
  subject_kind === 'application' ? region : `${location}, ${merchant}`;

function OpenAlert({ row }: { readonly row: AlertRow }) {
  const place = usePlace();
  return (
    <Link href={withParameters(place, { alert: row.alert_id })} data-alert={row.alert_id}>
      <bdi>{row.reason}</bdi>
    </Link>
  );
}

const AGES: readonly Age[] = ['older', 'under a week', 'under a day', 'under an hour'];

/** What waits, by how grave it is and how long it has waited; each severity is a filter. */
function OpenAlerts({
  open,
  severities,
}: {
  readonly open: AlertsResponse['open'];
  readonly severities: readonly string[];
}) {
  const place = usePlace();
  const at = (severity: string, age: Age | null): number =>
    open
      .filter((one) => one.severity === severity && (age === null || one.age === age))
      .reduce((sum, one) => sum + one.alerts, 0);
  const total = open.reduce((sum, one) => sum + one.alerts, 0);
  return (
    <section className="panel waiting" aria-labelledby="waiting" data-open={total}>
      <header>
        <div>
          <h3 id="waiting">
            <span className={total > 0 ? 'big fraud-text' : 'big'}>{count(total)}</span> open{' '}
            {total === 1 ? 'alert' : 'alerts'}
          </h3>
          <p className="about">By severity, and by how long they have waited.</p>
        </div>
      </header>
      {total === 0 ? (
        <NothingHere>Nobody waits for a decision under these filters.</NothingHere>
      ) : (
        <table className="numbers">
          <thead>
            <tr>
              <th scope="col">Severity</th>
              {AGES.map((age) => (
                <th key={age} scope="col">
                  {words(age)}
                </th>
              ))}
              <th scope="col">All</th>
            </tr>
          </thead>
          <tbody>
            {severities.toReversed().map((severity) => (
              <tr key={severity}>
                <th scope="row">
                  <Link href={withParameters(place, { severity })} aria-label={`Show ${severity} alerts`}>
                    <Badge value={severity} />
                  </Link>
                </th>
                {AGES.map((age) => (
                  <td key={age} className={at(severity, age) > 0 && age === 'older' ? 'overdue' : undefined}>
                    {count(at(severity, age))}
                  </td>
                ))}
                <td>
                  <strong>{count(at(severity, null))}</strong>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
