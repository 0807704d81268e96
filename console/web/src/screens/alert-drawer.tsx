import { useCallback, useState } from 'react';
import type { AlertResponse, AlertState } from '../../../api/types.ts';
import { money, momentText, NOTHING } from '../format.ts';
import { Badge } from '../parts/badges.tsx';
import { Drawer } from '../parts/drawer.tsx';
import { Facts, ValuesTable } from '../parts/facts.tsx';
import { Link } from '../parts/link.tsx';
import { Banner, Loading, ProblemState } from '../parts/states.tsx';
import { useResource } from '../state/resource.ts';
import { usePlace, withParameters } from '../state/url.ts';
import { words } from '../text.ts';
import { hrefOfApplication } from './application-link.ts';
import { Disposition } from './disposition.tsx';

interface Properties {
  readonly id: string;
  readonly close: () => void;
  /** told of what the store has; the list behind is to be asked again */
  readonly changed: (state: AlertState) => void;
}

export function AlertDrawer({ id, close, changed }: Properties) {
  const alert = useResource<AlertResponse>(`/api/alerts/${encodeURIComponent(id)}`);
  const { data, problem } = alert;
  return (
    <Drawer title={data === null ? 'Alert' : words(data.alert.rule_id)} close={close}>
      {data !== null ? (
        <Shown
          data={data}
          changed={(state) => {
            alert.reload();
            changed(state);
          }}
        />
      ) : problem === null ? (
        <Loading what="the alert" />
      ) : (
        <ProblemState problem={problem} retry={alert.reload} />
      )}
    </Drawer>
  );
}

function Shown({ data, changed }: { readonly data: AlertResponse; readonly changed: (state: AlertState) => void }) {
  const { alert, rule, policy, evidence } = data;
  // What a change answered with is newer than what was asked before it.
  const [newer, setNewer] = useState<AlertState | null>(null);
  const state = newer !== null && newer.version >= (data.state?.version ?? 0) ? newer : data.state;
  const learn = useCallback(
    (learnt: AlertState) => {
      setNewer(learnt);
      changed(learnt);
    },
    [changed],
  );
  return (
    <>
      <p className="lead">
        <Badge value={alert.severity} /> <Badge value={state?.status ?? alert.status} /> <bdi>{alert.reason}</bdi>
      </p>
      {(data.ahead_of_warehouse || newer !== null) && (
        <Banner tone="info" icon="info" name="ahead">
          The alert store is ahead of the warehouse here: the list and the figures follow at the next batch.
        </Banner>
      )}
      <Facts
        of={[
          ['Subject', <Subject key="subject" data={data} />],
          ['Amount', alert.amount === null ? NOTHING : money(alert.amount)],
          ['Person', <bdi key="user">{alert.user + (alert.user_masked ? ' (masked)' : '')}</bdi>],
          ['When', `${momentText(alert.event_time)} UTC`],
          ['Raised', `${momentText(alert.created_at)} UTC`],
          ['Region', <bdi key="region">{alert.region}</bdi>],
          ...(alert.subject_kind === 'transaction'
            ? ([
                ['Location', <bdi key="location">{alert.location}</bdi>],
                ['Merchant', <bdi key="merchant">{alert.merchant}</bdi>],
                ['Card', alert.card_type],
                ['Device', <bdi key="device">{alert.device_id}</bdi>],
              ] as const)
            : []),
        ]}
      />
      <h3>Why: the rule and its evidence</h3>
      <Facts
        of={[
          ['Rule', <code key="rule">{`${alert.rule_id}, version ${alert.rule_version}`}</code>],
          ['Policy', <code key="policy">{`${policy.id} ${policy.version}`}</code>],
          [
            'Fires when',
            rule === null ? 'The text of the rule is not known here.' : <code key="when">{rule.condition}</code>,
          ],
        ]}
      />
      {evidence === null ? (
        <p className="muted">The evidence is in the alert store, which cannot be reached from here.</p>
      ) : (
        <ValuesTable caption="Evidence" values={evidence} />
      )}
      <h3>History</h3>
      <History state={state} data={data} />
      <Disposition state={state} learn={learn} />
      <Related data={data} />
    </>
  );
}

function Subject({ data: { alert } }: { readonly data: AlertResponse }) {
  if (alert.application_id === null)
    return (
      <>
        Transaction <bdi>{alert.transaction_id}</bdi>
      </>
    );
  return (
    <>
      Application{' '}
      <Link href={hrefOfApplication({ user: alert.user, application_id: alert.application_id })}>
        <bdi>{alert.application_id}</bdi>
      </Link>
      {alert.revision === null ? '' : `, revision ${alert.revision}`}
    </>
  );
}

function History({ state, data: { alert } }: { readonly state: AlertState | null; readonly data: AlertResponse }) {
  const rows = state?.history ?? [
    {
      status: alert.status,
      at: alert.disposed_at ?? alert.created_at,
      by: alert.disposed_by ?? 'pipeline',
      reason: alert.disposition_reason,
    },
  ];
  return (
    <ol className="history" data-history={rows.length}>
      {rows.map(({ status, at, by, reason }, i) => (
        // An entry never changes and none is taken out: its place is its identity.
        <li key={`${i} ${at}`}>
          <Badge value={status} /> <span className="muted">{momentText(at)} UTC, by</span> <bdi>{by}</bdi>
          {reason !== null && (
            <p>
              <bdi>{reason}</bdi>
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}

function Related({ data }: { readonly data: AlertResponse }) {
  const place = usePlace();
  return (
    <>
      <h3>Other applications of the person</h3>
      {data.related_applications.length === 0 ? (
        <p className="muted">None.</p>
      ) : (
        <ul className="related">
          {data.related_applications.map((one) => (
            <li key={`${one.application_id} ${one.revision}`}>
              <Link href={hrefOfApplication(one)}>
                <bdi>{one.application_id}</bdi>
              </Link>{' '}
              {momentText(one.event_time)} · {money(one.loan_amount)} · <Badge value={one.final_status} />
            </li>
          ))}
        </ul>
      )}
      <h3>Other alerts of the person</h3>
      {data.related_alerts.length === 0 ? (
        <p className="muted">None.</p>
      ) : (
        <ul className="related">
          {data.related_alerts.map((one) => (
            <li key={one.alert_id}>
              <Link href={withParameters(place, { alert: one.alert_id })}>
                <bdi>{one.reason}</bdi>
              </Link>{' '}
              {momentText(one.created_at)} · <Badge value={one.status} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
