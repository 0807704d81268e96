-- The current revision of each application that arrived, with its row of credit_scores where the applicant consents.
with currents as (
  select
    application_id, user_id, revision, event_time, arrival as ingest_time, credit_score, loan_amount, risk_level,
    outcome as approval_status, null::numeric as pd, null as model_version, region, analytics_consent, policy_key,
    shard, seq
  from arrived_applications as n
  where disposition = 'decided'
    and not exists (select from repeated_ids as x where x.application_id = n.application_id)
  union all
  select
    application_id, user_id, revision, event_time, ingest_time, credit_score, loan_amount, risk_level,
    approval_status, pd, model_version, region, analytics_consent, policy_key, shard, seq
  from contested_revisions
  where is_current
),
facts as (
  insert into dw.fact_loan_application (
    application_id, user_id, revision, time_id, event_time, ingest_time, credit_score, loan_amount, risk_level,
    is_fraud, fraud_confirmed, approval_status, pd, model_version, region, analytics_consent, policy_key, shard, seq
  )
  select
    n.application_id, n.user_id, n.revision, d.time_id, n.event_time, n.ingest_time, n.credit_score, n.loan_amount,
    n.risk_level, a.application_id is not null, coalesce(a.confirmed, false), n.approval_status, n.pd, n.model_version,
    n.region, n.analytics_consent, n.policy_key, n.shard, n.seq
  from currents as n
  join dw.dim_time as d on d.date = (n.event_time at time zone 'utc')::date
  left join alerted_applications as a using (application_id, user_id, revision)
  order by n.application_id, n.user_id
  returning application_id, user_id, credit_score, loan_amount, risk_level, event_time
)
insert into dw.credit_scores (application_id, user_id, credit_score, loan_amount, risk_level, timestamp)
select application_id, user_id, credit_score, loan_amount, risk_level, event_time
from facts
where risk_level is not null;
