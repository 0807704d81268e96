const names = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Kinds of columns of the views, by name: a name means the same in every view. What is in none of them is text. */
export const TIMES = names(
  'event_time ingest_time arrival started finished at created_at updated_at effective_from effective_to until ' +
    'warehouse_as_of last_event_time last_arrival disposed_at decided_at hour',
);
export const DATES = names('date');
export const FLAGS = names('is_fraud fraud_confirmed reviewed is_open quarantined in_force is_current_revision');
export const MONEY = names('loan_amount amount amount_ceiling instant_amount');
export const NUMBERS = names(
  'revision credit_score score_bin pd rule_version rows_in rows_out duration_seconds pending missing unexpected ' +
    'parity_differences differences high_below low_from reject_below approval_floor schema_version',
);
