import type { ApplicationResponse, ApplicationRow } from '../../../api/types.ts';
import { count, money, momentText, NOTHING, plain } from '../format.ts';
import { Badge, FraudFlag } from '../parts/badges.tsx';
import { Facts } from '../parts/facts.tsx';
import { Link } from '../parts/link.tsx';
import { ScreenFrame } from '../parts/screen-frame.tsx';
import { useKnown } from '../state/meta.ts';
import { useResource } from '../state/resource.ts';
import { Receipt } from './receipt.tsx';
import { Replay } from './replay.tsx';
import { Review } from './review.tsx';

/** One application: what was decided, why, by which values and rules, and what people made of it. */
export function Application({
  of: { user, application_id },
}: {
  readonly of: Pick<ApplicationRow, 'user' | 'application_id'>;
}) {
  const path = `/api/applications/${encodeURIComponent(user)}/${encodeURIComponent(application_id)}`;
  const one = useResource<ApplicationResponse>(path);
  return (
    <>
      <p>
        <Link href="/applications">All applications</Link>
      </p>
      <ScreenFrame what="the application" resource={one}>
        {(data) => <Shown data={data} path={path} reload={one.reload} />}
      </ScreenFrame>
    </>
  );
}

interface ShownProperties {
  readonly data: ApplicationResponse;
  readonly path: string;
  readonly reload: () => void;
}

function Shown({ data, path, reload }: ShownProperties) {
  const { meta } = useKnown();
  const { application: of, receipt, receipt_problem, policy, alerts } = data;
  return (
    <div className="panels">
      <section className="panel wide" aria-labelledby="application">
        <header>
          <h2 id="application">
            <bdi>{of.application_id}</bdi>
          </h2>
        </header>
        <p className="lead">
          <Badge value={of.final_status} />
          {of.reviewed && <span className="muted">by a person; recorded as {of.approval_status}</span>}
          <Badge value={of.risk_level} /> {of.is_fraud && <FraudFlag flagged />}{' '}
          {of.fraud_confirmed && <Badge value="confirmed_fraud" />}
        </p>
        <Facts
          of={[
            ['Amount', money(of.loan_amount)],
            ['Credit score', count(of.credit_score)],
            ['Region', <bdi key="region">{of.region}</bdi>],
            ['Person', <bdi key="user">{of.user + (of.user_masked ? ' (masked)' : '')}</bdi>],
            ['Applied', `${momentText(of.event_time)} UTC`],
            ['Arrived', `${momentText(of.ingest_time)} UTC`],
            ['Revision', count(of.revision)],
            ['Policy', <code key="policy">{`${of.policy_id} ${of.policy_version}`}</code>],
          ]}
        />
      </section>
      {receipt !== null ? (
        <Receipt receipt={receipt} />
      ) : (
        <section className="panel wide" aria-label="Receipt">
          <h3>Receipt</h3>
          <p className="muted">
            It cannot be shown: <bdi>{receipt_problem ?? 'the reason is not known'}</bdi>
          </p>
        </section>
      )}
      {policy !== null && (
        <section className="panel" aria-labelledby="policy">
          <h3 id="policy">Thresholds of its policy</h3>
          <Facts
            of={[
              ['High below', number(policy.high_below)],
              ['Low from', number(policy.low_from)],
              ['Rejected below', number(policy.reject_below)],
              ['Approved from', number(policy.approval_floor)],
              ['Decided at once up to', policy.instant_amount === null ? NOTHING : money(policy.instant_amount)],
            ]}
          />
        </section>
      )}
      <section className="panel" aria-labelledby="alerts">
        <h3 id="alerts">Alerts</h3>
        {alerts.length === 0 ? (
          <p className="muted">None.</p>
        ) : (
          <ul className="related">
            {alerts.map((alert) => (
              <li key={alert.alert_id}>
                <Badge value={alert.severity} />{' '}
                <Link href={`/fraud-queue?alert=${encodeURIComponent(alert.alert_id)}`}>
                  <bdi>{alert.reason}</bdi>
                </Link>{' '}
                <Badge value={alert.status} />
              </li>
            ))}
          </ul>
        )}
      </section>
      <Review data={data} path={path} reload={reload} />
      {meta.may.replay && <Replay path={path} />}
    </div>
  );
}

const number = (value: number | null): string => (value === null ? NOTHING : plain(value));
