-- grain: an application of a person who does not refuse analytics, its current revision.
-- Newest first it is read through the index on event_time: `order by event_time desc limit n`; a span of days is asked
-- for by event_time too (`event_time >= from and event_time < to + 1`), which the index serves and `date` does not.
-- final_status and reviewed look each application up: for pages, not for totals over all of them.
create view bi.applications as
select
  f.application_id,
  f.user_id,
  f.revision,
  (f.event_time at time zone 'utc')::date as date,
  f.event_time,
  f.ingest_time,
  f.credit_score,
  (f.credit_score / 10 * 10)::smallint as score_bin,
  f.loan_amount,
  coalesce(f.risk_level, 'Not scored') as risk_level,
  f.approval_status,
  -- a person's decision on this very revision lies over the recorded one; an amendment reopens the review
  coalesce(
    (
      select v.decision
      from dw.review_decisions as v
      where v.user_id = f.user_id and v.application_id = f.application_id and v.revision = f.revision
      order by v.ordinal desc
      limit 1
    ),
    f.approval_status
  ) as final_status,
  (
    select v.ordinal
    from dw.review_decisions as v
    where v.user_id = f.user_id and v.application_id = f.application_id and v.revision = f.revision
    order by v.ordinal desc
    limit 1
  ) is not null as reviewed,
  f.is_fraud,
  f.fraud_confirmed,
  coalesce(f.region, 'Unknown') as region,
  p.policy_id,
  p.version as policy_version,
  f.pd,
  f.model_version
from dw.fact_loan_application as f
left join dw.dim_policy as p using (policy_key)
where f.analytics_consent
  and not exists (select from dw.analytics_refusals as r where r.user_id = f.user_id);
