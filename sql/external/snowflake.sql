-- Snowflake, reading the bucket in place. Put the bucket (output LakeBucketName) and a role of the account that may read
-- it (and decrypt with its key) in the places of LAKE_BUCKET and LAKE_READER_ROLE_ARN; `desc integration` tells whom that
-- role must trust. Days that were written again are seen after the refresh, which a task or S3's events can do.
create storage integration if not exists credit_risk_lake
  type = external_stage
  storage_provider = 's3'
  enabled = true
  storage_aws_role_arn = 'LAKE_READER_ROLE_ARN'
  storage_allowed_locations = ('s3://LAKE_BUCKET/lake/');

create schema if not exists credit_risk_lake;

create stage if not exists credit_risk_lake.files
  url = 's3://LAKE_BUCKET/lake/'
  storage_integration = credit_risk_lake
  file_format = (type = parquet use_logical_type = true);

create external table if not exists credit_risk_lake.applications (
  dt date as (to_date(split_part(split_part(metadata$filename, 'dt=', 2), '/', 1))),
  application_id varchar as (value:application_id::varchar),
  user_id varchar as (value:user_id::varchar),
  revision bigint as (value:revision::bigint),
  event_time timestamp_ltz as (value:event_time::timestamp_ltz),
  ingest_time timestamp_ltz as (value:ingest_time::timestamp_ltz),
  credit_score integer as (value:credit_score::integer),
  loan_amount number(12, 2) as (value:loan_amount::number(12, 2)),
  risk_level varchar as (value:risk_level::varchar),
  approval_status varchar as (value:approval_status::varchar),
  is_fraud boolean as (value:is_fraud::boolean),
  fraud_confirmed boolean as (value:fraud_confirmed::boolean),
  region varchar as (value:region::varchar),
  pd number(9, 8) as (value:pd::number(9, 8)),
  model_version varchar as (value:model_version::varchar),
  policy_id varchar as (value:policy_id::varchar),
  policy_version varchar as (value:policy_version::varchar)
)
partition by (dt)
location = @credit_risk_lake.files/applications/
auto_refresh = false
file_format = (type = parquet use_logical_type = true);
alter external table credit_risk_lake.applications refresh;

create external table if not exists credit_risk_lake.decisions (
  dt date as (to_date(split_part(split_part(metadata$filename, 'dt=', 2), '/', 1))),
  application_id varchar as (value:application_id::varchar),
  user_id varchar as (value:user_id::varchar),
  revision bigint as (value:revision::bigint),
  is_current boolean as (value:is_current::boolean),
  event_time timestamp_ltz as (value:event_time::timestamp_ltz),
  ingest_time timestamp_ltz as (value:ingest_time::timestamp_ltz),
  approval_status varchar as (value:approval_status::varchar),
  risk_level varchar as (value:risk_level::varchar),
  credit_score integer as (value:credit_score::integer),
  loan_amount number(12, 2) as (value:loan_amount::number(12, 2)),
  pd number(9, 8) as (value:pd::number(9, 8)),
  model_version varchar as (value:model_version::varchar),
  policy_id varchar as (value:policy_id::varchar),
  policy_version varchar as (value:policy_version::varchar),
  policy_digest varchar as (value:policy_digest::varchar)
)
partition by (dt)
location = @credit_risk_lake.files/decisions/
auto_refresh = false
file_format = (type = parquet use_logical_type = true);
alter external table credit_risk_lake.decisions refresh;

create external table if not exists credit_risk_lake.alerts (
  dt date as (to_date(split_part(split_part(metadata$filename, 'dt=', 2), '/', 1))),
  alert_id varchar as (value:alert_id::varchar),
  subject_kind varchar as (value:subject_kind::varchar),
  application_id varchar as (value:application_id::varchar),
  revision bigint as (value:revision::bigint),
  transaction_id varchar as (value:transaction_id::varchar),
  user_id varchar as (value:user_id::varchar),
  rule_id varchar as (value:rule_id::varchar),
  rule_version integer as (value:rule_version::integer),
  severity varchar as (value:severity::varchar),
  reason varchar as (value:reason::varchar),
  status varchar as (value:status::varchar),
  policy_id varchar as (value:policy_id::varchar),
  policy_version varchar as (value:policy_version::varchar),
  event_time timestamp_ltz as (value:event_time::timestamp_ltz),
  ingest_time timestamp_ltz as (value:ingest_time::timestamp_ltz),
  created_at timestamp_ltz as (value:created_at::timestamp_ltz),
  updated_at timestamp_ltz as (value:updated_at::timestamp_ltz)
)
partition by (dt)
location = @credit_risk_lake.files/alerts/
auto_refresh = false
file_format = (type = parquet use_logical_type = true);
alter external table credit_risk_lake.alerts refresh;

create external table if not exists credit_risk_lake.transactions (
  dt date as (to_date(split_part(split_part(metadata$filename, 'dt=', 2), '/', 1))),
  transaction_id varchar as (value:transaction_id::varchar),
  user_id varchar as (value:user_id::varchar),
  amount number(12, 2) as (value:amount::number(12, 2)),
  event_time timestamp_ltz as (value:event_time::timestamp_ltz),
  ingest_time timestamp_ltz as (value:ingest_time::timestamp_ltz),
  location varchar as (value:location::varchar),
  merchant varchar as (value:merchant::varchar),
  card_type varchar as (value:card_type::varchar),
  device_id varchar as (value:device_id::varchar),
  credit_score integer as (value:credit_score::integer),
  risk_level varchar as (value:risk_level::varchar),
  is_fraud boolean as (value:is_fraud::boolean),
  policy_id varchar as (value:policy_id::varchar),
  policy_version varchar as (value:policy_version::varchar)
)
partition by (dt)
location = @credit_risk_lake.files/transactions/
auto_refresh = false
file_format = (type = parquet use_logical_type = true);
alter external table credit_risk_lake.transactions refresh;
