with withdrawn as (
  delete from dw.analytics_refusals as t
  using changed_refusals as n
  where not n.refuses and t.user_id = n.user_id
)
insert into dw.analytics_refusals (user_id)
select user_id
from changed_refusals
where refuses;
