-- BigQuery, reading the bucket in place by BigQuery Omni. Put the bucket (output LakeBucketName) and a connection to AWS
-- (https://cloud.google.com/bigquery/docs/omni-aws-create-connection) in the places of LAKE_BUCKET and LAKE_CONNECTION. Where
-- Omni is not, copy the bucket by the Storage Transfer Service, write gs:// and leave the connection out.
create schema if not exists credit_risk_lake options (location = 'aws-us-east-1');

create external table if not exists credit_risk_lake.applications (
  application_id string,
  user_id string,
  revision int64,
  event_time timestamp,
  ingest_time timestamp,
  credit_score int64,
  loan_amount numeric,
  risk_level string,
  approval_status string,
  is_fraud bool,
  fraud_confirmed bool,
  region string,
  pd numeric,
  model_version string,
  policy_id string,
  policy_version string
)
with partition columns (dt date)
with connection `LAKE_CONNECTION`
options (
  format = 'PARQUET',
  uris = ['s3://LAKE_BUCKET/lake/applications/*'],
  hive_partition_uri_prefix = 's3://LAKE_BUCKET/lake/applications/'
);

create external table if not exists credit_risk_lake.decisions (
  application_id string,
  user_id string,
  revision int64,
  is_current bool,
  event_time timestamp,
  ingest_time timestamp,
  approval_status string,
  risk_level string,
  credit_score int64,
  loan_amount numeric,
  pd numeric,
  model_version string,
  policy_id string,
  policy_version string,
  policy_digest string
)
with partition columns (dt date)
with connection `LAKE_CONNECTION`
options (
  format = 'PARQUET',
  uris = ['s3://LAKE_BUCKET/lake/decisions/*'],
  hive_partition_uri_prefix = 's3://LAKE_BUCKET/lake/decisions/'
);

create external table if not exists credit_risk_lake.alerts (
  alert_id string,
  subject_kind string,
  application_id string,
  revision int64,
  transaction_id string,
  user_id string,
  rule_id string,
  rule_version int64,
  severity string,
  reason string,
  status string,
  policy_id string,
  policy_version string,
  event_time timestamp,
  ingest_time timestamp,
  created_at timestamp,
  updated_at timestamp
)
with partition columns (dt date)
with connection `LAKE_CONNECTION`
options (
  format = 'PARQUET',
  uris = ['s3://LAKE_BUCKET/lake/alerts/*'],
  hive_partition_uri_prefix = 's3://LAKE_BUCKET/lake/alerts/'
);

create external table if not exists credit_risk_lake.transactions (
  transaction_id string,
  user_id string,
  amount numeric,
  event_time timestamp,
  ingest_time timestamp,
  location string,
  merchant string,
  card_type string,
  device_id string,
  credit_score int64,
  risk_level string,
  is_fraud bool,
  policy_id string,
  policy_version string
)
with partition columns (dt date)
with connection `LAKE_CONNECTION`
options (
  format = 'PARQUET',
  uris = ['s3://LAKE_BUCKET/lake/transactions/*'],
  hive_partition_uri_prefix = 's3://LAKE_BUCKET/lake/transactions/'
);
