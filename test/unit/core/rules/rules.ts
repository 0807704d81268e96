import type { Activity, Application } from '../../../../core/events/types.ts';
import { CustomerHistory } from '../../../../core/history/history.ts';
import type { ActivityEntry, HistoryEntry } from '../../../../core/history/types.ts';
import type { RuleOutcome } from '../../../../core/receipts/types.ts';
import { parsePolicy } from '../../../../core/policy/policy.ts';
import { withTest } from '../policy/documents.ts';

export const T = Date.UTC(2026, 10, 20, 12);
export const HERE = '9'.repeat(56);

export const APPLICATION: Application = {
  application_id: 'a-1',
  user_id: 'u-1',
  credit_score: 650,
  loan_amount: 1_200_050,
  event_time: T,
  revision: 1,
  event_id: null,
  currency: 'USD',
  consent: { scoring: true, analytics: true },
  annual_income: null,
  monthly_debt_payment: null,
  total_debt: null,
  collateral_value: null,
  credit_limit: null,
  credit_used: null,
  employment_months: null,
  late_payments_12m: null,
  months_since_last_late: null,
  previous_default: null,
  loan_purpose: null,
  term_months: null,
  interest_rate: null,
  home_ownership: null,
  name: null,
  age: null,
  gender: null,
  region: null,
  device_id: null,
  ip_address: null,
  channel: null,
};

export const TRANSACTION: Activity = {
  type: 'transaction',
  user_id: 'u-1',
  event_time: T,
  event_id: null,
  transaction_id: 't-1',
  amount: 5000,
  location: null,
  merchant: null,
  card_type: null,
  device_id: null,
  credit_score: null,
  latitude: null,
  longitude: null,
  application_id: null,
  defaulted: null,
};

let next = 0;

/** A transaction of the history; later calls stand at higher positions. */
export function before(msBefore: number, change: Partial<ActivityEntry> = {}): ActivityEntry {
  const seq = String(++next).padStart(56, '0');
  return {
    kind: 'activity',
    seq,
    event_time: T - msBefore,
    type: 'transaction',
    identity: `t${seq}`,
    payload_hash: 'ab'.repeat(32),
    amount: 100,
    location: null,
    latitude: null,
    longitude: null,
    device_id: null,
    ...change,
  };
}

/** What a rule with this test makes of a record. */
export function judge(
  when: unknown,
  record: Partial<Application> | Partial<Activity>,
  entries: readonly HistoryEntry[] = [],
  on: 'application' | 'transaction' = 'application',
): RuleOutcome {
  const policy = parsePolicy(withTest(when, on));
  const history = CustomerHistory.fromStored(entries);
  const [outcome] =
    on === 'application'
      ? policy.applicationRules.evaluate({ ...APPLICATION, ...record } as Application, history.below(HERE))
      : policy.transactionRules.evaluate({ ...TRANSACTION, ...record } as Activity, history.below(HERE));
  return outcome as RuleOutcome;
}

export const judgeTransaction = (
  when: unknown,
  record: Partial<Activity>,
  entries: readonly HistoryEntry[] = [],
): RuleOutcome => judge(when, record, entries, 'transaction');
