-- grain: an alert, its latest state, on a person who does not refuse analytics. Newest first and spans as
-- bi.applications. Region and amount of a loan are those of the revision that the alert is on; both are unknown while the
-- alert is here and its application is not.
create view bi.fraud_alerts as
select
  a.alert_id,
  a.subject_kind,
  a.application_id,
  a.revision,
  a.transaction_id,
  a.user_id,
  a.rule_id,
  a.rule_version,
  a.severity,
  a.reason,
  a.status,
  a.status in ('open', 'in_review') as is_open,
  a.policy_id,
  a.policy_version,
  (a.event_time at time zone 'utc')::date as date,
  a.event_time,
  a.created_at,
  a.updated_at,
  coalesce(f.region, s.region, 'Unknown') as region,
  coalesce(f.loan_amount, s.loan_amount) as loan_amount,
  coalesce(t.location, 'Unknown') as location,
  coalesce(t.merchant, 'Unknown') as merchant,
  coalesce(t.card_type, 'Unknown') as card_type,
  coalesce(t.device_id, 'Unknown') as device_id,
  coalesce(t.amount, f.loan_amount, s.loan_amount) as amount,
  -- of the last entry that a person made
  jsonb_path_query_array(a.history, '$[*] ? (@.by != "pipeline")') -> -1 ->> 'by' as disposed_by,
  (jsonb_path_query_array(a.history, '$[*] ? (@.by != "pipeline")') -> -1 ->> 'at')::timestamptz as disposed_at,
  coalesce(
    jsonb_path_query_array(a.history, '$[*] ? (@.by != "pipeline")') -> -1 ->> 'reason',
    jsonb_path_query_array(a.history, '$[*] ? (@.by != "pipeline")') -> -1 ->> 'note'
  ) as disposition_reason
from dw.fraud_alerts as a
left join dw.fact_loan_application as f
  on a.subject_kind = 'application'
  and f.application_id = a.application_id and f.user_id = a.user_id and f.revision = a.revision
left join dw.superseded_revisions as s
  on a.subject_kind = 'application'
  and s.application_id = a.application_id and s.user_id = a.user_id and s.revision = a.revision
left join dw.processed_transactions as t
  on a.subject_kind = 'transaction' and t.transaction_id = a.transaction_id and t.user_id = a.user_id
where not exists (select from dw.analytics_refusals as r where r.user_id = a.user_id)
  and not exists (
    select from dw.fact_loan_application as refusing
    where not refusing.analytics_consent
      and refusing.user_id = a.user_id and refusing.application_id = a.application_id
      and a.subject_kind = 'application'
  );
