import { hash } from 'node:crypto';
import type { Activity, LogRecord } from '../events/types.ts';
import { amountText } from '../policy/decimal.ts';
import type { Policy } from '../policy/policy.ts';
import type { Alert, AlertSubject, RuleOutcome } from './types.ts';

/** SHA-256 (hex) of subject, rule and rule version: a redelivery gives the same id, a new version of a rule another. */
export function alertId(subject: AlertSubject, ruleId: string, ruleVersion: number): string {
  const parts =
    subject.kind === 'application'
      ? [subject.user_id, subject.application_id, subject.revision]
      : [subject.user_id, subject.transaction_id];
  return hash('sha256', JSON.stringify([subject.kind, ...parts, ruleId, ruleVersion]));
}

/** What the person who reviews the alert should see of the transaction. */
export const transactionEvidence = (activity: Activity): Alert['evidence'] => ({
  transaction_id: activity.transaction_id,
  amount: activity.amount === null ? null : amountText(activity.amount),
  event_time: new Date(activity.event_time).toISOString(),
  location: activity.location,
  merchant: activity.merchant,
  card_type: activity.card_type,
  device_id: activity.device_id,
  latitude: activity.latitude,
  longitude: activity.longitude,
});

const NO_ALERTS: readonly Alert[] = [];

/** An alert for each rule that fired, notices too. @param evidence to stand beside the values that fired the rule */
export function alertsOf(
  record: LogRecord,
  rules: readonly RuleOutcome[],
  subject: () => AlertSubject,
  eventTime: number,
  policy: Policy,
  evidence: () => Alert['evidence'],
): readonly Alert[] {
  const fired = rules.filter((rule) => rule.result === 'fired');
  if (fired.length === 0) return NO_ALERTS;
  return fired.map((rule) => ({
    alert_id: alertId(subject(), rule.id, rule.version),
    subject: subject(),
    rule_id: rule.id,
    rule_version: rule.version,
    severity: rule.severity,
    reason: rule.reason ?? '',
    evidence: { ...evidence(), ...rule.values },
    policy_id: policy.id,
    policy_version: policy.version,
    policy_digest: policy.digest,
    event_time: eventTime,
    arrival: record.arrival,
    position: record.position,
  }));
}
