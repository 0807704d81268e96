-- grain: date × rule_id × subject_kind × severity, by the event time of what raised the alert
create view bi.rule_days as
select
  (a.event_time at time zone 'utc')::date as date,
  a.rule_id,
  a.subject_kind,
  a.severity,
  count(*) as alerts,
  count(*) filter (where a.status in ('open', 'in_review')) as open_alerts,
  count(*) filter (where a.status = 'confirmed_fraud') as confirmed,
  count(*) filter (where a.status = 'false_positive') as false_positives
from dw.fraud_alerts as a
where not exists (select from dw.analytics_refusals as r where r.user_id = a.user_id)
  and not exists (
    select from dw.fact_loan_application as refusing
    where not refusing.analytics_consent
      and refusing.user_id = a.user_id and refusing.application_id = a.application_id
      and a.subject_kind = 'application'
  )
group by 1, 2, 3, 4;
