-- grain: policy × exception; the exception is named by its place in the document. One for a person who refuses analytics,
-- or for an application that is left out, is left out too.
create view bi.policy_exceptions as
select
  p.policy_id,
  p.version,
  p.in_force,
  p.policy_id || '/' || p.version || '/' || e.ordinal as exception_id,
  s.subject,
  e.exception ->> 'rule' as rule_id,
  (e.exception ->> 'until')::timestamptz as until,
  e.exception ->> 'why' as why,
  e.exception ->> 'approved_by' as approved_by
from bi.policies as p
join dw.dim_policy as d on d.policy_digest = p.digest
cross join lateral jsonb_array_elements(d.document -> 'exceptions') with ordinality as e (exception, ordinal)
cross join lateral (
  select string_agg(kind || ' ' || value, ', ' order by kind) as subject
  from jsonb_each_text(e.exception -> 'subject') as named (kind, value)
) as s
where not exists (
  select from dw.analytics_refusals as r where r.user_id = e.exception #>> '{subject,user_id}'
)
and not exists (
  select
  from dw.fact_loan_application as f
  left join dw.analytics_refusals as r using (user_id)
  where f.application_id = e.exception #>> '{subject,application_id}'
    and (not f.analytics_consent or r.user_id is not null)
);
