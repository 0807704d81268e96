/** A staging table as COPY and the slow path see it. */
export interface StagingTable {
  readonly name: string;
  /** in the order of the encoder's writers */
  readonly columns: readonly string[];
  /** empty where rows have no key of their own and come in with their position */
  readonly key: readonly string[];
}

const table = (name: string, key: string, columns: string): StagingTable => ({
  name,
  key: key === '' ? [] : key.split(' '),
  columns: columns.split(' '),
});

export const APPLICATION_ROWS = table(
  'staging.applications',
  'shard seq',
  'shard seq load_id arrival issues user_id application_id revision event_time credit_score loan_amount risk_level region ' +
    'analytics_consent payload_hash',
);

export const ACTIVITY_ROWS = table(
  'staging.activity',
  'shard seq',
  'shard seq load_id arrival issues user_id type identity event_time amount location merchant card_type device_id ' +
    'credit_score risk_level latitude longitude application_id defaulted payload_hash',
);

export const APPLICATION_RECEIPTS = table(
  'staging.application_receipts',
  'shard seq',
  'shard seq load_id arrival disposition amendment risk_level outcome policy_key payload_hash digest',
);

export const ACTIVITY_RECEIPTS = table(
  'staging.activity_receipts',
  'shard seq',
  'shard seq load_id arrival disposition risk_level policy_key payload_hash digest',
);

export const ISSUES = table(
  'staging.issues',
  'stream shard seq ordinal',
  'stream shard seq ordinal load_id check_type field reason',
);

export const RAW_RECORDS = table('staging.raw_records', 'stream shard seq', 'stream shard seq load_id raw');

export const APPLICANTS = table('restricted.staged_applicants', '', 'shard seq load_id name age gender');
