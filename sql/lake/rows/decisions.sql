-- grain: one decided revision of an application, of the days that are written. It is left out when it refuses
-- analytics, and when the current revision of its application does.
select
  d.application_id, d.user_id, d.revision, d.is_current, d.event_time, d.ingest_time, d.approval_status, d.risk_level,
  d.credit_score, d.loan_amount, d.pd, d.model_version, p.policy_id, p.version as policy_version, p.policy_digest
from dw.loan_application_revisions as d
join dw.dim_policy as p using (policy_key)
where d.analytics_consent
  and not exists (select from ops.lake_refusals as r where r.user_id = d.user_id)
  and not exists (
    select from dw.fact_loan_application as f
    where f.application_id = d.application_id and f.user_id = d.user_id and not f.analytics_consent
  )
  and d.event_time >= (select min(day)::timestamp at time zone 'utc' from written_days)
  and d.event_time < (select (max(day) + 1)::timestamp at time zone 'utc' from written_days)
  and (d.event_time at time zone 'utc')::date in (select day from written_days)
