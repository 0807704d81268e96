-- grain: one person among those who stated something now, who refuses analytics and did not, or the other way round: by
-- the newest decided statement, by event time, then position.
create temporary table changed_refusals on commit drop as
with refusing as (
  select user_id from dw.fact_loan_application where not analytics_consent
  union
  select user_id from dw.superseded_revisions where not analytics_consent
  union
  select user_id from dw.analytics_refusals
),
concerned as (
  select user_id
  from refusing
  where user_id in (select user_id from arrived_applications where disposition = 'decided')
),
newest as (
  select distinct on (r.user_id) r.user_id, not r.analytics_consent as refuses
  from concerned
  join dw.loan_application_revisions as r using (user_id)
  order by r.user_id, r.event_time desc, r.seq desc, r.shard desc
)
select user_id, refuses
from newest
where refuses <> exists (select from dw.analytics_refusals as t where t.user_id = newest.user_id);
