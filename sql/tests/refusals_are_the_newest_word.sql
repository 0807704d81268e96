-- Who refuses analytics is whose newest decided statement does.
with newest as (
  select distinct on (user_id) user_id, analytics_consent
  from dw.loan_application_revisions
  where user_id in (select user_id from dw.loan_application_revisions where not analytics_consent)
  order by user_id, event_time desc, seq desc, shard desc
)
select user_id
from (select user_id, true as refuses from newest where not analytics_consent) as n
full join (select user_id, true as refuses from dw.analytics_refusals) as t using (user_id)
where n.refuses is null or t.refuses is null
