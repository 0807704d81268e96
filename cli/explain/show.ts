import { positionId } from '../../core/contract/position.ts';
import type { HistoryEntry } from '../../core/history/types.ts';
import { amountText } from '../../core/policy/decimal.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { reasonText } from '../../core/policy/reasons.ts';
import type { RuleOutcome } from '../../core/receipts/types.ts';
import { bandsText, decisionSteps } from '../policy/decision-text.ts';
import { ruleText } from '../../core/policy/rule-text.ts';
import { wordedFor } from '../issue-text.ts';
import { print, seconds, table } from '../ui.ts';
import type { Explained } from './explain.ts';

const HISTORY_SHOWN = 10;
const time = (ms: number): string => new Date(ms).toISOString();

/** One record as JSON: what is shown, complete. */
export function explainedJson({ record, assessment, history, stored, policy }: Explained): unknown {
  const { id, version, digest } = policy;
  return {
    position: record.position,
    arrival: time(record.arrival),
    masked: record.masked,
    disposition: assessment.disposition,
    user_id: assessment.userId,
    issues: assessment.inspection.issues,
    history,
    rules: assessment.rules.map((rule) => ({
      id: rule.id,
      version: rule.version,
      severity: rule.severity,
      result: rule.result,
      reason: rule.reason,
      when: policy.document.rules.find((each) => each.id === rule.id)?.when,
      values: rule.values,
    })),
    risk_level: assessment.riskLevel,
    outcome: assessment.outcome,
    alerts: assessment.alerts.map((alert) => ({ alert_id: alert.alert_id, rule_id: alert.rule_id })),
    policy: { id, version, digest },
    receipt: JSON.parse(assessment.receipt) as unknown,
    digest: assessment.digest,
    stored_digest: stored,
  };
}

/** What a person asks: what became of it and why, what it said, what was known, what the rules made of it. */
export function showExplained(each: Explained, withReceipt: boolean): void {
  const { record, assessment, policy } = each;
  const receipt = JSON.parse(assessment.receipt) as ReceiptParts;
  print(`● ${assessment.disposition}  ${positionId(record.position)}`);
  print(table(['', ''], factsOf(each, receipt)));
  for (const issue of assessment.inspection.issues)
    print(`  issue: ${issue.check}${issue.field === null ? '' : ` (${issue.field})`}: ${wordedFor(issue)}`);
  if (receipt.inputs !== undefined) {
    const inputs = Object.entries(receipt.inputs).filter(([, value]) => value !== null);
    print(
      `\n  Inputs\n${table(
        ['', ''],
        inputs.map(([name, value]) => [name, inputText(name, value)]),
      )}`,
    );
  }
  if (assessment.disposition === 'decided') showHistory(each.history);
  if (assessment.rules.length > 0) {
    print('\n  Rules');
    for (const rule of assessment.rules) showRule(rule, policy);
  }
  if (withReceipt) print(`\n  Receipt\n  ${assessment.receipt}`);
  print();
}

interface ReceiptParts {
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly reasons?: readonly string[];
  readonly first?: string;
}

function factsOf({ record, assessment, stored, policy }: Explained, receipt: ReceiptParts): [string, string][] {
  const facts: [string, string][] = [
    ['arrived', time(record.arrival)],
    ['policy', `${policy.id} ${policy.version} (${policy.digest.slice(0, 16)}…)`],
  ];
  if (record.masked) facts.push(['masked', 'card numbers were masked before anything was stored']);
  if (assessment.disposition === 'undecided')
    facts.push(['given up', 'not decided within the maximum age; crp redrive sends it again']);
  if (receipt.first !== undefined) facts.push(['first seen at', receipt.first]);
  if (assessment.outcome !== null) facts.push(['decision', assessment.outcome]);
  const reasons = receipt.reasons ?? [];
  const step = decisionSteps(policy).findIndex(({ gives }) => reasons.some(gives));
  if (step !== -1) {
    facts.push(['step', `${step + 1} of ${decisionSteps(policy).length}: ${decisionSteps(policy)[step]?.when ?? ''}`]);
    for (const [index, code] of reasons.entries())
      facts.push([index === 0 ? 'reasons' : '', `${code}: ${reasonText(code)}`]);
  }
  if (assessment.riskLevel !== null) facts.push(['risk level', `${assessment.riskLevel} (${bandsText(policy)})`]);
  facts.push(['receipt', `${assessment.digest.slice(0, 16)}… (${storedText(stored, assessment.digest)})`]);
  return facts;
}

/** Receipts hold amounts in cents and times in ms. */
function inputText(name: string, value: unknown): string {
  if (typeof value === 'number' && (name === 'loan_amount' || name === 'amount')) return amountText(value);
  if (typeof value === 'number' && name === 'event_time') return time(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function showRule({ id, version, severity, result, reason, values }: RuleOutcome, policy: Policy): void {
  const document = policy.document.rules.find((rule) => rule.id === id);
  const said = Object.entries(values).map(([name, value]) =>
    name.endsWith('_ms') && typeof value === 'number'
      ? `${name.slice(0, -3)} ${seconds(value)}`
      : `${name} ${value === null ? 'unknown' : value}`,
  );
  const why = reason === null || result === 'fired' ? '' : ` (${reason})`;
  print(`  ${id} v${version}  ${result.replace('_', ' ')}${why}, severity ${severity}: ${document?.reason ?? ''}`);
  if (document !== undefined) print(`      fires when ${ruleText(document)}`);
  if (said.length > 0) print(`      here ${said.join(', ')}`);
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
        : [
            time(entry.event_time),
            `${entry.type} ${entry.identity}`,
            entry.amount === null ? '' : amountText(entry.amount),
          ],
    );
  const shown = history.length > HISTORY_SHOWN ? `the last ${HISTORY_SHOWN} of ` : '';
  print(`\n  History seen (${shown}${history.length})\n${table(['event time', 'record', ''], rows)}`);
}
