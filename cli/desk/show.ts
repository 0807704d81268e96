import type { ShownAlert, ShownReviews } from '../../lambdas/adapters/review-desk.ts';
import type { Place } from '../flags.ts';
import { typed } from '../suggest.ts';
import { print, table } from '../ui.ts';

/** An alert of the list, as the warehouse has it since the last batch. */
export interface ListedAlert {
  readonly alert_id: string;
  readonly status: string;
  readonly severity: string;
  readonly rule_id: string;
  readonly subject: string;
  readonly user_id: string;
  readonly event_time: string;
}

export function showAlerts(alerts: readonly ListedAlert[], found: number, place: Place): void {
  print(
    table(
      ['alert', 'status', 'severity', 'rule', 'about', 'user', 'event time'],
      alerts.map((alert) => [
        alert.alert_id,
        alert.status,
        alert.severity,
        alert.rule_id,
        alert.subject,
        alert.user_id,
        alert.event_time,
      ]),
    ),
  );
  print(`\n${alerts.length} of ${found}, as of the last batch. One as it is now: ${typed('alerts show ALERT', place)}`);
}

export function showAlert({ alert, version, next }: ShownAlert): void {
  const { subject } = alert;
  print(
    table(
      ['alert', alert.alert_id],
      [
        ['status', alert.status],
        ['version', String(version)],
        ['can become', next.join(', ')],
        [
          'about',
          subject.kind === 'application'
            ? `application ${subject.application_id}, revision ${subject.revision}`
            : `transaction ${subject.transaction_id}`,
        ],
        ['user', subject.user_id],
        ['rule', `${alert.rule_id}, version ${alert.rule_version}: ${alert.reason}`],
        ['severity', alert.severity],
        ['policy', `${alert.policy_id} ${alert.policy_version}`],
        ['event time', new Date(alert.event_time).toISOString()],
        ['evidence', JSON.stringify(alert.evidence)],
      ],
    ),
  );
  print(
    `\nHistory\n${table(
      ['at', 'status', 'by', 'reason'],
      alert.history.map(({ at, status, by, reason }) => [at, status, by, reason]),
    )}`,
  );
}

export function showReviews({ application, reviews }: ShownReviews): void {
  const last = reviews.at(-1);
  print(
    table(
      ['application', application.application_id],
      [
        ['user', application.user_id],
        ['current revision', String(application.revision)],
        ['decided by the pipeline', application.approval_status],
        ['decided by a person', last?.decision ?? 'not yet'],
      ],
    ),
  );
  if (reviews.length > 0)
    print(
      `\nDecisions on this revision\n${table(
        ['at', 'decision', 'by', 'reason'],
        reviews.map(({ decided_at, decision, reviewer, reason }) => [decided_at, decision, reviewer, reason]),
      )}`,
    );
}
