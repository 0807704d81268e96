import { hourOf, RECEIPTS_PREFIX } from '../../core/contract/storage.ts';
import { APPLICATIONS } from '../../core/contract/streams.ts';
import { FEATURE_SCALE } from '../../core/features/features.ts';
import { amountText } from '../../core/policy/decimal.ts';
import { reasonText } from '../../core/policy/reasons.ts';
import { parseReceiptLines, type ReceiptLine } from '../../core/receipts/receipt-line.ts';
import type { RuleOutcome } from '../../core/receipts/types.ts';
import type { Disposition, Outcome, RiskLevel } from '../../core/contract/values.ts';
import type { S3Objects } from '../../lambdas/adapters/s3-objects.ts';
import type { Masker } from './masking.ts';
import type { ReceiptView, RuleRow } from './types.ts';

/** Whose receipt is looked for. */
export interface Wanted {
  readonly applicationId: string;
  readonly userId: string;
  readonly revision: number;
  /** when it arrived, ms since 1970 */
  readonly arrival: number;
}

interface Receipt {
  readonly arrival: number;
  readonly disposition: Disposition;
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** in millionths */
  readonly features?: Readonly<Record<string, number | null>>;
  readonly outcome?: Outcome | null;
  readonly policy: string;
  readonly reasons?: readonly string[];
  readonly risk_level?: RiskLevel | null;
  readonly rules?: readonly RuleOutcome[];
}

export interface FoundReceipt {
  readonly line: ReceiptLine;
  readonly receipt: Receipt;
}

const HOUR_MS = 3_600_000;
/** Objects that are read side by side. */
const AT_ONCE = 4;

/**
 * The stored receipt that decided a revision. An object lies under the hour of its first record, so what arrived in an
 * hour lies there or in the hour before.
 */
export async function findReceipt(objects: S3Objects, wanted: Wanted): Promise<FoundReceipt | null> {
  // Text in a receipt is canonical JSON, so an id stands there in one way only.
  const id = `"application_id":${JSON.stringify(wanted.applicationId)}`;
  for (const at of [wanted.arrival, wanted.arrival - HOUR_MS]) {
    const keys: string[] = [];
    for await (const key of objects.listKeys(hourOf(RECEIPTS_PREFIX, APPLICATIONS, at))) keys.push(key);
    for (let i = 0; i < keys.length; i += AT_ONCE) {
      const buffers = await Promise.all(keys.slice(i, i + AT_ONCE).map((key) => objects.getGunzipped(key)));
      for (const buffer of buffers) {
        const found = buffer.includes(id) ? among(buffer, id, wanted) : null;
        if (found !== null) return found;
      }
    }
  }
  return null;
}

function among(buffer: Buffer, id: string, { applicationId, userId, revision }: Wanted): FoundReceipt | null {
  for (const line of parseReceiptLines(buffer)) {
    if (!line.receipt.includes(id)) continue;
    const receipt = JSON.parse(line.receipt) as Receipt;
    const { application_id, user_id, revision: of } = receipt.inputs ?? {};
    if (receipt.disposition === 'decided' && application_id === applicationId && user_id === userId && of === revision)
      return { line, receipt };
  }
  return null;
}

export function receiptView(
  { line, receipt }: FoundReceipt,
  /** when a rule fires, by {@link ruleKey} */
  conditions: ReadonlyMap<string, string>,
  mask: Masker,
): ReceiptView {
  return {
    digest: line.digest,
    position: line.position,
    arrival: new Date(receipt.arrival).toISOString(),
    disposition: receipt.disposition,
    outcome: receipt.outcome ?? null,
    risk_level: receipt.risk_level ?? null,
    reasons: (receipt.reasons ?? []).map((code) => ({ code, text: reasonText(code) })),
    inputs: mask.values(readable(receipt.inputs ?? {})),
    features: Object.fromEntries(
      Object.entries(receipt.features ?? {}).map(([name, value]) => [
        name,
        value === null ? null : value / FEATURE_SCALE,
      ]),
    ),
    rules: (receipt.rules ?? []).map((rule) =>
      ruleRow(rule, conditions.get(ruleKey(rule.id, rule.version)) ?? null, mask),
    ),
    policy_digest: receipt.policy,
    code: line.code,
  };
}

export const ruleRow = (
  { id, version, severity, result, reason, values }: RuleOutcome,
  condition: string | null,
  mask: Masker,
): RuleRow => ({
  rule_id: id,
  rule_version: version,
  severity,
  result,
  reason,
  condition,
  values: mask.values(values),
});

export const ruleKey = (id: string, version: number): string => `${id} ${version}`;

/** Receipts hold amounts in cents and times in ms. */
const readable = (inputs: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => {
      if (typeof value === 'number' && name === 'loan_amount') return [name, amountText(value)];
      if (typeof value === 'number' && name === 'event_time') return [name, new Date(value).toISOString()];
      return [name, value];
    }),
  );
