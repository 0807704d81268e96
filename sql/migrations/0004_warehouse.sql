-- Relations between facts and dimensions are declared without being enforced row by row (a trigger for each row would
-- cost more than the load itself); sql/tests/ holds them after every load.

-- grain: one policy document that decided something
create table dw.dim_policy (
  policy_key bigint not null,
  policy_digest text not null,
  policy_id text not null,
  version text not null,
  effective_from timestamptz not null,
  -- bands: High < high_below ≤ Medium < low_from ≤ Low
  high_below smallint not null,
  low_from smallint not null,
  constraint dim_policy_pk primary key (policy_key),
  constraint dim_policy_digest_uq unique (policy_digest)
);

-- grain: one risk band
create table dw.dim_risk (
  risk_level text not null,
  description text not null,
  constraint dim_risk_pk primary key (risk_level)
);
insert into dw.dim_risk (risk_level, description) values
  ('High', 'bureau score below the Medium band of the policy (as shipped: below 500)'),
  ('Medium', 'bureau score between the bands (as shipped: 500 to 699)'),
  ('Low', 'bureau score in the Low band of the policy (as shipped: 700 and above)');

-- grain: one outcome of a decision
create table dw.dim_status (
  status_code text not null,
  explanation text not null,
  constraint dim_status_pk primary key (status_code)
);
insert into dw.dim_status (status_code, explanation) values
  ('Approved', 'approved instantly: the score reaches the approval floor and the amount is within its limit'),
  ('Rejected', 'declined: the score is in the High band; the reasons are on the receipt'),
  ('Under Review', 'a person decides: a rule fired, scoring was refused, or neither approval nor decline applies');

-- grain: one UTC day, without gaps from the first to the last day that a fact lies on
create table dw.dim_time (
  time_id integer not null,
  date date not null,
  day smallint not null,
  month smallint not null,
  quarter smallint not null,
  year smallint not null,
  constraint dim_time_pk primary key (time_id),
  constraint dim_time_date_uq unique (date)
);

-- grain: one application (user_id, application_id), its highest revision
create table dw.fact_loan_application (
  application_id text collate "C" not null,
  user_id text collate "C" not null,
  revision bigint not null,
  time_id integer not null,
  event_time timestamptz not null,
  ingest_time timestamptz not null,
  credit_score smallint not null,
  loan_amount numeric(12, 2) not null,
  -- null without consent to scoring
  risk_level text,
  -- an alert on this revision; and a person confirmed one
  is_fraud boolean not null,
  fraud_confirmed boolean not null,
  approval_status text not null,
  -- probability of default and the model that gave it; null while no model is active
  pd numeric(9, 8),
  model_version text,
  -- as this revision states it
  region text,
  analytics_consent boolean not null,
  policy_key bigint not null,
  shard integer not null,
  seq text collate "C" not null,
  constraint fact_loan_application_pk primary key (application_id, user_id),
  constraint fact_loan_application_time_fk foreign key (time_id) references dw.dim_time (time_id) not enforced,
  constraint fact_loan_application_risk_fk foreign key (risk_level) references dw.dim_risk (risk_level) not enforced,
  constraint fact_loan_application_status_fk foreign key (approval_status)
    references dw.dim_status (status_code) not enforced,
  constraint fact_loan_application_policy_fk foreign key (policy_key) references dw.dim_policy (policy_key) not enforced
);

-- all applications of a user: the versions of a user are made from them
create index fact_loan_application_user_idx on dw.fact_loan_application (user_id);

-- grain: one decided revision of an application that is not its current one
create table dw.superseded_revisions (
  application_id text collate "C" not null,
  user_id text collate "C" not null,
  revision bigint not null,
  event_time timestamptz not null,
  ingest_time timestamptz not null,
  credit_score smallint not null,
  loan_amount numeric(12, 2) not null,
  risk_level text,
  approval_status text not null,
  pd numeric(9, 8),
  model_version text,
  region text,
  analytics_consent boolean not null,
  policy_key bigint not null,
  shard integer not null,
  seq text collate "C" not null,
  constraint superseded_revisions_pk primary key (user_id, application_id, revision)
);

-- grain: one decided revision of an application, with the position that decided it
create view dw.loan_application_revisions as
select
  application_id, user_id, revision, true as is_current, event_time, ingest_time, credit_score, loan_amount, risk_level,
  approval_status, pd, model_version, region, analytics_consent, policy_key, shard, seq
from dw.fact_loan_application
union all
select
  application_id, user_id, revision, false, event_time, ingest_time, credit_score, loan_amount, risk_level,
  approval_status, pd, model_version, region, analytics_consent, policy_key, shard, seq
from dw.superseded_revisions;

-- grain: the current revision of an application with consent to scoring
create table dw.credit_scores (
  application_id text collate "C" not null,
  user_id text collate "C" not null,
  credit_score smallint not null,
  loan_amount numeric(12, 2) not null,
  risk_level text not null,
  timestamp timestamptz not null,
  constraint credit_scores_pk primary key (application_id, user_id),
  constraint credit_scores_score_ck check (credit_score between 300 and 850),
  constraint credit_scores_risk_fk foreign key (risk_level) references dw.dim_risk (risk_level) not enforced
);

-- grain: one decided transaction of a user
create table dw.processed_transactions (
  transaction_id text collate "C" not null,
  user_id text collate "C" not null,
  amount numeric(12, 2) not null,
  timestamp timestamptz not null,
  ingest_time timestamptz not null,
  location text,
  merchant text,
  card_type text,
  device_id text,
  latitude double precision,
  longitude double precision,
  credit_score smallint,
  -- band of the transaction's own score
  risk_level text,
  -- any alert on it
  is_fraud boolean not null,
  policy_key bigint not null,
  shard integer not null,
  seq text collate "C" not null,
  constraint processed_transactions_pk primary key (transaction_id, user_id),
  constraint processed_transactions_risk_fk foreign key (risk_level) references dw.dim_risk (risk_level) not enforced
);

-- grain: one decided payment, spike or loan outcome of a user
create table dw.account_events (
  -- the record's own event_id, or else its payload hash
  event_id text collate "C" not null,
  user_id text collate "C" not null,
  type text not null,
  timestamp timestamptz not null,
  ingest_time timestamptz not null,
  amount numeric(12, 2),
  application_id text collate "C",
  defaulted boolean,
  shard integer not null,
  seq text collate "C" not null,
  constraint account_events_pk primary key (user_id, type, event_id)
);

-- grain: one alert, its latest state as extracted from the alert store
create table dw.fraud_alerts (
  alert_id text collate "C" not null,
  subject_kind text not null,
  user_id text collate "C" not null,
  application_id text collate "C",
  revision bigint,
  transaction_id text collate "C",
  rule_id text not null,
  rule_version integer not null,
  severity text not null,
  reason text not null,
  evidence jsonb not null,
  policy_id text not null,
  policy_version text not null,
  policy_digest text not null,
  event_time timestamptz not null,
  ingest_time timestamptz not null,
  status text not null,
  history jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  stream text not null,
  shard integer not null,
  seq text collate "C" not null,
  constraint fraud_alerts_pk primary key (alert_id),
  constraint fraud_alerts_subject_ck check (
    (subject_kind = 'application' and application_id is not null and revision is not null)
    or (subject_kind = 'transaction' and transaction_id is not null)
  )
);
create index fraud_alerts_application_idx on dw.fraud_alerts (application_id, user_id)
  where subject_kind = 'application';
create index fraud_alerts_transaction_idx on dw.fraud_alerts (transaction_id, user_id)
  where subject_kind = 'transaction';

-- grain: one failed check of one field of one record; one user of an application_id that several users use
create table dw.data_quality_issues (
  -- made of what it is about, so that no re-run can double it
  id text collate "C" not null,
  -- position of the record: stream/shard/seq
  record_id text collate "C" not null,
  check_type text not null,
  field text,
  -- what was expected
  reason text not null,
  -- what is wrong, in one line
  issue text not null,
  -- the record as it arrived, cards masked; null where no single record is at fault
  raw_record text,
  -- arrival of the record
  timestamp timestamptz not null,
  stream text not null,
  shard integer not null,
  seq text collate "C" not null,
  constraint data_quality_issues_pk primary key (id)
);

-- grain: one user
create table dw.dim_user (
  user_id text collate "C" not null,
  -- as last stated; null when never stated
  region text,
  constraint dim_user_pk primary key (user_id)
);

-- grain: one version of what a user stated about themselves: [valid_from, valid_to), the current one open
create table dw.dim_user_history (
  user_id text collate "C" not null,
  valid_from timestamptz not null,
  valid_to timestamptz,
  region text not null,
  constraint dim_user_history_pk primary key (user_id, valid_from),
  constraint dim_user_history_order_ck check (valid_to > valid_from)
);

-- grain: one job of one run for one source and target: the lineage of the pipeline
create table dw.metadata_table (
  job text not null,
  source text not null,
  target text not null,
  run_id text not null,
  started timestamptz not null,
  finished timestamptz,
  rows_in bigint,
  rows_out bigint,
  status text not null,
  policy_version text,
  model_version text,
  -- why it failed, without data
  detail text,
  constraint metadata_table_pk primary key (run_id, job, source, target),
  constraint metadata_table_status_ck check (status in ('running', 'succeeded', 'failed'))
);
create index metadata_table_started_idx on dw.metadata_table (started);
