-- grain: a person's decision on a revision of an application
create view bi.review_decisions as
select
  v.review_id,
  v.application_id,
  v.user_id,
  v.revision,
  v.decision,
  v.reviewer,
  v.reason,
  v.decided_at,
  (v.decided_at at time zone 'utc')::date as date,
  f.revision is not distinct from v.revision as is_current_revision
from dw.review_decisions as v
left join dw.fact_loan_application as f using (application_id, user_id)
where coalesce(f.analytics_consent, true)
  and not exists (select from dw.analytics_refusals as r where r.user_id = v.user_id);
