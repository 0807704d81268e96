import type { View } from '../catalogue/index.ts';

/** Types of columns in a Power BI model, as far as the views need them. */
export type DataType = 'string' | 'int64' | 'decimal' | 'boolean' | 'dateTime';
/** day and moment are both dateTime to Power BI, and shown differently. */
export type Kind = 'text' | 'integer' | 'decimal' | 'flag' | 'day' | 'moment';

/** What Power BI makes of PostgreSQL's types, as information_schema names them. */
export const KINDS: Readonly<Record<string, Kind>> = {
  text: 'text',
  smallint: 'integer',
  integer: 'integer',
  bigint: 'integer',
  numeric: 'decimal',
  boolean: 'flag',
  date: 'day',
  'timestamp with time zone': 'moment',
};

const words = (text: string): readonly string[] => text.split(' ');
const NAMES: Readonly<Record<Exclude<Kind, 'text'>, readonly string[]>> = {
  integer: words(
    'score_bin applications approved rejected under_review flagged confirmed credit_score_sum credit_score received ' +
      'decided duplicates conflicts undecided refused_analytics refused_scoring issues alerts open_alerts ' +
      'false_positives transactions rows_in rows_out high_below low_from reject_below approval_floor pending missing ' +
      'unexpected parity_differences differences revision rule_version schema_version day month quarter year',
  ),
  decimal: words('loan_amount amount flagged_amount duration_seconds amount_ceiling instant_amount pd'),
  flag: words('is_fraud fraud_confirmed is_open reviewed quarantined in_force is_current_revision'),
  day: ['date'],
  moment: words(
    'event_time ingest_time hour arrival created_at updated_at disposed_at warehouse_as_of last_event_time ' +
      'last_arrival started finished effective_from effective_to until at decided_at',
  ),
};
const KIND_OF = new Map(
  Object.entries(NAMES).flatMap(([kind, names]) => names.map((name) => [name, kind as Kind] as const)),
);

/** The views give a name one type, but for this: a count of records there, a property of one elsewhere. */
const OTHERWISE: Readonly<Record<string, Kind>> = { 'arrivals.quarantined': 'integer' };

/** What a column holds. Tests compare it with a migrated database. */
export const kindOf = (view: View, column: string): Kind =>
  OTHERWISE[`${view}.${column}`] ?? KIND_OF.get(column) ?? 'text';

export const DATA_TYPES: Readonly<Record<Kind, DataType>> = {
  text: 'string',
  integer: 'int64',
  decimal: 'decimal',
  flag: 'boolean',
  day: 'dateTime',
  moment: 'dateTime',
};
