-- Athena (engine 3) and the Glue catalogue. Put the name of the lake's bucket (output LakeBucketName) in the place of
-- LAKE_BUCKET. Days are found by projection: nothing needs to be registered, no crawler runs. Ask for days (where dt …):
-- a query without looks at every day since 2000.
create database if not exists credit_risk_lake;

create external table if not exists credit_risk_lake.applications (
  application_id string,
  user_id string,
  revision bigint,
  event_time timestamp,
  ingest_time timestamp,
  credit_score int,
  loan_amount decimal(12, 2),
  risk_level string,
  approval_status string,
  is_fraud boolean,
  fraud_confirmed boolean,
  region string,
  pd decimal(9, 8),
  model_version string,
  policy_id string,
  policy_version string
)
partitioned by (dt string)
stored as parquet
location 's3://LAKE_BUCKET/lake/applications/'
tblproperties (
  'projection.enabled' = 'true',
  'projection.dt.type' = 'date',
  'projection.dt.format' = 'yyyy-MM-dd',
  'projection.dt.range' = '2000-01-01,NOW+1DAYS',
  'storage.location.template' = 's3://LAKE_BUCKET/lake/applications/dt=${dt}/'
);

create external table if not exists credit_risk_lake.decisions (
  application_id string,
  user_id string,
  revision bigint,
  is_current boolean,
  event_time timestamp,
  ingest_time timestamp,
  approval_status string,
  risk_level string,
  credit_score int,
  loan_amount decimal(12, 2),
  pd decimal(9, 8),
  model_version string,
  policy_id string,
  policy_version string,
  policy_digest string
)
partitioned by (dt string)
stored as parquet
location 's3://LAKE_BUCKET/lake/decisions/'
tblproperties (
  'projection.enabled' = 'true',
  'projection.dt.type' = 'date',
  'projection.dt.format' = 'yyyy-MM-dd',
  'projection.dt.range' = '2000-01-01,NOW+1DAYS',
  'storage.location.template' = 's3://LAKE_BUCKET/lake/decisions/dt=${dt}/'
);

create external table if not exists credit_risk_lake.alerts (
  alert_id string,
  subject_kind string,
  application_id string,
  revision bigint,
  transaction_id string,
  user_id string,
  rule_id string,
  rule_version int,
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
partitioned by (dt string)
stored as parquet
location 's3://LAKE_BUCKET/lake/alerts/'
tblproperties (
  'projection.enabled' = 'true',
  'projection.dt.type' = 'date',
  'projection.dt.format' = 'yyyy-MM-dd',
  'projection.dt.range' = '2000-01-01,NOW+1DAYS',
  'storage.location.template' = 's3://LAKE_BUCKET/lake/alerts/dt=${dt}/'
);

create external table if not exists credit_risk_lake.transactions (
  transaction_id string,
  user_id string,
  amount decimal(12, 2),
  event_time timestamp,
  ingest_time timestamp,
  location string,
  merchant string,
  card_type string,
  device_id string,
  credit_score int,
  risk_level string,
  is_fraud boolean,
  policy_id string,
  policy_version string
)
partitioned by (dt string)
stored as parquet
location 's3://LAKE_BUCKET/lake/transactions/'
tblproperties (
  'projection.enabled' = 'true',
  'projection.dt.type' = 'date',
  'projection.dt.format' = 'yyyy-MM-dd',
  'projection.dt.range' = '2000-01-01,NOW+1DAYS',
  'storage.location.template' = 's3://LAKE_BUCKET/lake/transactions/dt=${dt}/'
);
