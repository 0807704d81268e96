-- Staging is keyed by position: (shard, seq) within a stream. `seq` is compared byte by byte, which for its canonical
-- 56 digits is numeric order. `load_id` is the ledger row of the object that brought the position. Rows arrive in the
-- order of load_id, so a block range index finds the newest loads at next to no cost.

-- grain: one position of credit_applications, quarantined ones too (all from user_id on is then null)
create table staging.applications (
  shard integer not null,
  seq text collate "C" not null,
  load_id integer not null,
  arrival timestamptz not null,
  -- how many checks reported something
  issues smallint not null,
  user_id text collate "C",
  application_id text collate "C",
  revision bigint,
  event_time timestamptz,
  credit_score smallint,
  loan_amount numeric(12, 2),
  -- null without consent to scoring
  risk_level text,
  region text,
  analytics_consent boolean,
  -- SHA-256 of the normal form; null when the record was quarantined
  payload_hash bytea,
  constraint applications_pk primary key (shard, seq)
);
create index applications_load_idx on staging.applications using brin (load_id) with (pages_per_range = 32);

-- grain: one position of account_activity, quarantined ones too (all from user_id on is then null)
create table staging.activity (
  shard integer not null,
  seq text collate "C" not null,
  load_id integer not null,
  arrival timestamptz not null,
  -- how many checks reported something
  issues smallint not null,
  user_id text collate "C",
  type text,
  -- transaction_id, or else event_id, or else the payload hash
  identity text collate "C",
  event_time timestamptz,
  amount numeric(12, 2),
  location text,
  merchant text,
  card_type text,
  device_id text,
  credit_score smallint,
  risk_level text,
  latitude double precision,
  longitude double precision,
  application_id text collate "C",
  defaulted boolean,
  payload_hash bytea,
  constraint activity_pk primary key (shard, seq)
);
create index activity_load_idx on staging.activity using brin (load_id) with (pages_per_range = 32);

-- grain: one position of credit_applications that the stream has disposed of
create table staging.application_receipts (
  shard integer not null,
  seq text collate "C" not null,
  load_id integer not null,
  arrival timestamptz not null,
  disposition text not null,
  amendment boolean not null,
  risk_level text,
  outcome text,
  -- first eight bytes of the digest of the policy in force
  policy_key bigint not null,
  payload_hash bytea,
  -- SHA-256 of the receipt
  digest bytea not null,
  constraint application_receipts_pk primary key (shard, seq)
);
create index application_receipts_load_idx on staging.application_receipts
  using brin (load_id) with (pages_per_range = 32);

-- few: the records to keep whole
create index application_receipts_conflict_idx on staging.application_receipts (shard, seq)
  where disposition = 'conflict';

-- grain: one position of account_activity that the stream has disposed of
create table staging.activity_receipts (
  shard integer not null,
  seq text collate "C" not null,
  load_id integer not null,
  arrival timestamptz not null,
  disposition text not null,
  risk_level text,
  policy_key bigint not null,
  payload_hash bytea,
  digest bytea not null,
  constraint activity_receipts_pk primary key (shard, seq)
);
create index activity_receipts_load_idx on staging.activity_receipts using brin (load_id) with (pages_per_range = 32);
create index activity_receipts_conflict_idx on staging.activity_receipts (shard, seq) where disposition = 'conflict';

-- grain: one failed check of one position, in the order in which the checks reported
create table staging.issues (
  stream text not null,
  shard integer not null,
  seq text collate "C" not null,
  ordinal smallint not null,
  load_id integer not null,
  check_type text not null,
  field text,
  reason text not null,
  constraint issues_pk primary key (stream, shard, seq, ordinal)
);
create index issues_load_idx on staging.issues using brin (load_id) with (pages_per_range = 32);

-- grain: one position whose record is kept whole because something is wrong with it; cards are masked
create table staging.raw_records (
  stream text not null,
  shard integer not null,
  seq text collate "C" not null,
  load_id integer not null,
  -- bytes that are not UTF-8, and NUL, are U+FFFD here; the log has the bytes themselves
  raw text not null,
  constraint raw_records_pk primary key (stream, shard, seq)
);
