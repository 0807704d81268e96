-- grain: one application, its current revision, of the days that are written
select
  f.application_id, f.user_id, f.revision, f.event_time, f.ingest_time, f.credit_score, f.loan_amount, f.risk_level,
  f.approval_status, f.is_fraud, f.fraud_confirmed, f.region, f.pd, f.model_version, p.policy_id,
  p.version as policy_version
from dw.fact_loan_application as f
join dw.dim_policy as p using (policy_key)
where f.analytics_consent
  and not exists (select from ops.lake_refusals as r where r.user_id = f.user_id)
  and f.event_time >= (select min(day)::timestamp at time zone 'utc' from written_days)
  and f.event_time < (select (max(day) + 1)::timestamp at time zone 'utc' from written_days)
  and (f.event_time at time zone 'utc')::date in (select day from written_days)
