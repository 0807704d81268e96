/**
 * The lake: curated Parquet for engines outside. One object a table and day, always under the same key, so that a day
 * is replaced in one step and no reader sees it twice.
 */
export const LAKE_PREFIX = 'lake';

export type LakeType =
  | 'text'
  | 'boolean'
  | 'integer'
  | 'bigint'
  /** microseconds, UTC */
  | 'timestamp'
  | { readonly precision: number; readonly scale: number };

export interface LakeColumn {
  readonly name: string;
  readonly type: LakeType;
  readonly nullable: boolean;
  /** another one in nearly every row: neither a dictionary nor bounds help a reader, and both cost the writer */
  readonly distinct?: true;
}

const column =
  (type: LakeType) =>
  (name: string): LakeColumn => ({ name, type, nullable: false });
const optional = (of: LakeColumn): LakeColumn => ({ ...of, nullable: true });
const text = column('text');
const id = (name: string): LakeColumn => ({ ...text(name), distinct: true });
const boolean = column('boolean');
const integer = column('integer');
const bigint = column('bigint');
const timestamp = column('timestamp');
const amount = column({ precision: 12, scale: 2 });
const probability = column({ precision: 9, scale: 8 });

/**
 * What a row of each table tells, in the order of the columns in the files. `sql/lake/rows/` selects it and
 * `sql/external/` declares it. A person is `user_id` and nothing else: no name, age, gender, address or coordinates.
 *
 * A column that is added or changed makes all days of its table be written again.
 */
export const LAKE_TABLES = {
  /** grain: one application, its current revision; its day is that of the revision */
  applications: [
    id('application_id'),
    id('user_id'),
    bigint('revision'),
    timestamp('event_time'),
    timestamp('ingest_time'),
    integer('credit_score'),
    amount('loan_amount'),
    optional(text('risk_level')),
    text('approval_status'),
    boolean('is_fraud'),
    boolean('fraud_confirmed'),
    optional(text('region')),
    optional(probability('pd')),
    optional(text('model_version')),
    text('policy_id'),
    text('policy_version'),
  ],
  /** grain: one decided revision of an application, superseded ones too */
  decisions: [
    id('application_id'),
    id('user_id'),
    bigint('revision'),
    boolean('is_current'),
    timestamp('event_time'),
    timestamp('ingest_time'),
    text('approval_status'),
    optional(text('risk_level')),
    integer('credit_score'),
    amount('loan_amount'),
    optional(probability('pd')),
    optional(text('model_version')),
    text('policy_id'),
    text('policy_version'),
    text('policy_digest'),
  ],
  /** grain: one alert, its latest state; its day is that of the record that raised it */
  alerts: [
    id('alert_id'),
    text('subject_kind'),
    optional(id('application_id')),
    optional(bigint('revision')),
    optional(id('transaction_id')),
    id('user_id'),
    text('rule_id'),
    integer('rule_version'),
    text('severity'),
    text('reason'),
    text('status'),
    text('policy_id'),
    text('policy_version'),
    timestamp('event_time'),
    timestamp('ingest_time'),
    timestamp('created_at'),
    timestamp('updated_at'),
  ],
  /** grain: one decided transaction */
  transactions: [
    id('transaction_id'),
    id('user_id'),
    amount('amount'),
    timestamp('event_time'),
    timestamp('ingest_time'),
    optional(text('location')),
    optional(text('merchant')),
    optional(text('card_type')),
    optional(id('device_id')),
    optional(integer('credit_score')),
    optional(text('risk_level')),
    boolean('is_fraud'),
    text('policy_id'),
    text('policy_version'),
  ],
} as const satisfies Readonly<Record<string, readonly LakeColumn[]>>;

export type LakeTable = keyof typeof LAKE_TABLES;
export const LAKE_TABLE_NAMES = Object.keys(LAKE_TABLES) as readonly LakeTable[];

/** What orders the rows of a day: the time of the record, then the key, so that the same rows give the same bytes. */
export const LAKE_ORDER: Readonly<Record<LakeTable, readonly string[]>> = {
  applications: ['event_time', 'application_id', 'user_id'],
  decisions: ['event_time', 'application_id', 'user_id', 'revision'],
  alerts: ['event_time', 'alert_id'],
  transactions: ['event_time', 'transaction_id', 'user_id'],
};

/** `lake/applications/dt=2026-11-21/part-0.parquet` @param day as in 2026-11-21, UTC */
export const lakeKey = (table: LakeTable, day: string): string => `${LAKE_PREFIX}/${table}/dt=${day}/part-0.parquet`;
