import type { Table } from '../../lambdas/adapters/warehouse-reader.ts';
import { rowsOf } from '../../lambdas/adapters/warehouse-reader.ts';
import { cell, type Listing } from './tables.ts';
import type { Masker } from './masking.ts';
import type { AlertRow, ApplicationRow } from './types.ts';

/** The rows of applications and alerts as the routes answer with them: columns of the view, the person as a token. */
export const APPLICATIONS: Listing = {
  view: 'applications',
  columns: [
    'application_id',
    'user_id',
    'revision',
    'event_time',
    'ingest_time',
    'credit_score',
    'loan_amount',
    'risk_level',
    'approval_status',
    'final_status',
    'reviewed',
    'is_fraud',
    'fraud_confirmed',
    'region',
    'policy_id',
    'policy_version',
    'pd',
    'model_version',
  ],
  sort: { column: 'event_time', descending: true },
};

export const ALERTS: Listing = {
  view: 'fraud_alerts',
  columns: [
    'alert_id',
    'user_id',
    'subject_kind',
    'application_id',
    'revision',
    'transaction_id',
    'rule_id',
    'rule_version',
    'severity',
    'reason',
    'status',
    'is_open',
    'policy_id',
    'policy_version',
    'event_time',
    'created_at',
    'updated_at',
    'region',
    'loan_amount',
    'amount',
    'location',
    'merchant',
    'card_type',
    'device_id',
    'disposed_by',
    'disposed_at',
    'disposition_reason',
  ],
  sort: { column: 'event_time', descending: true },
};

export const applicationRows = (table: Table, mask: Masker): ApplicationRow[] => people<ApplicationRow>(table, mask);
export const alertRows = (table: Table, mask: Masker): AlertRow[] => people<AlertRow>(table, mask);

function people<Row>(table: Table, mask: Masker): Row[] {
  return rowsOf<Record<string, unknown>>(table).map(({ user_id, ...row }) => {
    const cells = Object.entries(row)
      // Where a row stands in the order is not for the reader.
      .filter(([name]) => !/^c\d$/.test(name))
      .map(([name, value]) => [name, cell(name, value, mask)] as const);
    return { user: mask.user(String(user_id)), user_masked: mask.masks, ...Object.fromEntries(cells) } as Row;
  });
}
