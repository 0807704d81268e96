-- grain: one decided revision of the applications with such an id, among what has arrived and what is there: of one
-- revision the lowest position, whichever was loaded first. The highest revision is the current one.
create temporary table contested_revisions on commit drop as
with arrived as (
  select n.*
  from arrived_applications as n
  join repeated_ids using (application_id)
  where n.disposition = 'decided'
),
known as (
  select
    application_id, user_id, revision, event_time, arrival as ingest_time, credit_score, loan_amount, risk_level,
    outcome as approval_status, null::numeric as pd, null as model_version, region, analytics_consent, policy_key,
    shard, seq
  from arrived
  union all
  select
    application_id, user_id, revision, event_time, ingest_time, credit_score, loan_amount, risk_level,
    approval_status, pd, model_version, region, analytics_consent, policy_key, shard, seq
  from dw.loan_application_revisions
  where (application_id, user_id) in (select application_id, user_id from arrived)
),
revisions as (
  select distinct on (application_id, user_id, revision) *
  from known
  -- of what is told twice, the row with the score of a model
  order by application_id, user_id, revision, seq, shard, pd nulls last
)
select *, row_number() over (partition by application_id, user_id order by revision desc) = 1 as is_current
from revisions;
