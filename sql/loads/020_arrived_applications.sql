-- grain: one position of credit_applications whose log row or receipt is newly loaded and whose other half is there.
-- In the order of the keys that the tables below are loaded by. What an earlier run has loaded already may be among it:
-- every load below leaves it as it is.
create temporary table arrived_applications on commit drop as
with joined as (
  select s.*, r.disposition, r.outcome, r.policy_key
  from staging.applications as s
  join staging.application_receipts as r using (shard, seq)
  where s.load_id >= current_setting('load.first')::integer
  union all
  select s.*, r.disposition, r.outcome, r.policy_key
  from staging.application_receipts as r
  join staging.applications as s using (shard, seq)
  where r.load_id >= current_setting('load.first')::integer and s.load_id < current_setting('load.first')::integer
)
select
  shard,
  seq,
  disposition,
  arrival,
  user_id,
  application_id,
  revision,
  event_time,
  credit_score,
  loan_amount,
  risk_level,
  outcome,
  region,
  analytics_consent,
  policy_key,
  -- among what arrived: the lowest position of its revision, and the one that an application may become current by
  lag(revision) over latest is distinct from revision as first_of_revision,
  row_number() over latest = 1 as latest
from joined
window latest as (partition by disposition, application_id, user_id order by revision desc, seq, shard);
