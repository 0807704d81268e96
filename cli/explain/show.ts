import { positionId } from '../../core/contract/position.ts';
import type { HistoryEntry } from '../../core/history/types.ts';
import { print, table } from '../ui.ts';
import type { Explained } from './explain.ts';

const HISTORY_SHOWN = 10;
const time = (ms: number): string => new Date(ms).toISOString();
const money = (cents: number): string => (cents / 100).toFixed(2);

/** One record as JSON: what is shown, complete. */
export function explainedJson({ record, assessment, history, stored, policy }: Explained): unknown {
  return {
    position: record.position,
    arrival: time(record.arrival),
    masked: record.masked,
    disposition: assessment.disposition,
    user_id: assessment.userId,
    issues: assessment.inspection.issues,
    history,
    rules: assessment.rules.map(({ id, version, severity, result, reason, values }) => ({
      id,
      version,
      severity,
      result,
      reason,
      values,
    })),
    risk_level: assessment.riskLevel,
    outcome: assessment.outcome,
    alerts: assessment.alerts.map((alert) => ({ alert_id: alert.alert_id, rule_id: alert.rule_id })),
    policy,
    receipt: JSON.parse(assessment.receipt) as unknown,
    digest: assessment.digest,
    stored_digest: stored,
  };
}

export function showExplained(each: Explained): void {
  const { record, assessment, stored, policy } = each;
  const receipt = JSON.parse(assessment.receipt) as {
    inputs?: Record<string, unknown>;
    reasons?: string[];
    first?: string;
  };
  print(`● ${assessment.disposition}  ${positionId(record.position)}`);
  const facts: [string, string][] = [
    ['arrived', time(record.arrival)],
    ['policy', `${policy.id} ${policy.version} (${policy.digest.slice(0, 16)}…)`],
  ];
  if (record.masked) facts.push(['masked', 'card numbers were masked before anything was stored']);
  if (receipt.first !== undefined) facts.push(['first seen at', receipt.first]);
  if (assessment.outcome !== null) facts.push(['decision', assessment.outcome]);
  if (receipt.reasons !== undefined && receipt.reasons.length > 0) facts.push(['reasons', receipt.reasons.join(', ')]);
  if (assessment.riskLevel !== null) facts.push(['risk level', assessment.riskLevel]);
  facts.push(['receipt', `${assessment.digest} (${storedText(stored, assessment.digest)})`]);
  print(table(['', ''], facts));
  for (const issue of assessment.inspection.issues)
    print(`  issue: ${issue.check}${issue.field === null ? '' : ` (${issue.field})`}: ${issue.reason}`);
  if (receipt.inputs !== undefined) {
    const inputs = Object.entries(receipt.inputs).filter(([, value]) => value !== null);
    print(
      `\n  Inputs (loan_amount and amount in cents)\n${table(
        ['', ''],
        inputs.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
      )}`,
    );
  }
  if (assessment.disposition === 'decided') showHistory(each.history);
  if (assessment.rules.length > 0) {
    const rules = assessment.rules.map((rule) => [
      `${rule.id} v${rule.version}`,
      rule.severity,
      rule.result,
      Object.entries(rule.values)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
      rule.reason ?? '',
    ]);
    print(`\n  Rules\n${table(['rule', 'severity', 'result', 'values', 'reason'], rules)}`);
  }
  print(`\n  Receipt\n  ${assessment.receipt}\n`);
}

function storedText(stored: string | null, digest: string): string {
  if (stored === null) return 'not stored yet';
  return stored === digest ? 'the stored one is equal' : `the stored one DIFFERS: ${stored}`;
}

function showHistory(history: readonly HistoryEntry[]): void {
  if (history.length === 0) return print('\n  History seen: none');
  const rows = history
    .slice(-HISTORY_SHOWN)
    .map((entry) =>
      entry.kind === 'application'
        ? [time(entry.event_time), `${entry.application_id} revision ${entry.revision}`, entry.outcome]
        : [time(entry.event_time), `${entry.type} ${entry.identity}`, entry.amount === null ? '' : money(entry.amount)],
    );
  const shown = history.length > HISTORY_SHOWN ? `the last ${HISTORY_SHOWN} of ` : '';
  print(`\n  History seen (${shown}${history.length})\n${table(['event time', 'record', ''], rows)}`);
}
