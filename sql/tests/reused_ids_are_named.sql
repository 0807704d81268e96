-- One issue for each user of an application_id beyond the least user_id in byte order.
select coalesce(x.application_id, 'no such reuse') as key
from (
  select f.application_id, f.user_id
  from dw.fact_loan_application as f
  join (
    select application_id, min(user_id) as least
    from dw.fact_loan_application
    group by application_id
    having count(*) > 1
  ) as m on m.application_id = f.application_id and m.least <> f.user_id
) as x
full join (
  select r.application_id, r.user_id
  from dw.data_quality_issues as d
  join dw.loan_application_revisions as r on r.shard = d.shard and r.seq = d.seq
  where d.check_type = 'reused_application_id'
) as d using (application_id, user_id)
where x.user_id is null or d.user_id is null
