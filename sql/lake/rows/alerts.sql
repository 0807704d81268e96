-- grain: one alert, its latest state, of the days that are written. The evidence and the notes of the history stay
-- behind: they may tell of a person what no column does.
select
  a.alert_id, a.subject_kind, a.application_id, a.revision, a.transaction_id, a.user_id, a.rule_id, a.rule_version,
  a.severity, a.reason, a.status, a.policy_id, a.policy_version, a.event_time, a.ingest_time, a.created_at, a.updated_at
from dw.fraud_alerts as a
where not exists (select from ops.lake_refusals as r where r.user_id = a.user_id)
  and not exists (
    select from dw.fact_loan_application as f
    where f.application_id = a.application_id and f.user_id = a.user_id and not f.analytics_consent
  )
  and a.event_time >= (select min(day)::timestamp at time zone 'utc' from written_days)
  and a.event_time < (select (max(day) + 1)::timestamp at time zone 'utc' from written_days)
  and (a.event_time at time zone 'utc')::date in (select day from written_days)
