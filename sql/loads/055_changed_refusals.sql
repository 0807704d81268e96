-- grain: one person among those who stated something now, who refuses analytics and did not, or the other way round: by
-- the newest decided statement, by event time, then position. Few ever refused, so only theirs are looked up, by key.
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
  where user_id in (select user_id from arrived_users where applied)
),
newest as (
  select c.user_id, s.refuses
  from concerned as c
  cross join lateral (
    -- (No limit: it would have the planner walk the index on event_time for each of them.)
    select (array_agg(not r.analytics_consent order by r.event_time desc, r.seq desc, r.shard desc))[1] as refuses
    from dw.loan_application_revisions as r
    where r.user_id = c.user_id
  ) as s
)
select user_id, refuses
from newest
where refuses <> exists (select from dw.analytics_refusals as t where t.user_id = newest.user_id);
