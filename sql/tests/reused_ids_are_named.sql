-- One issue for each user of an application_id beyond the least user_id in byte order.
select coalesce(x.application_id, 'no such reuse') as key
from (
  select application_id, user_id
  from (
    select application_id, user_id, lag(application_id) over (order by application_id, user_id) as id_before
    from dw.fact_loan_application
  ) as f
  where id_before = application_id
) as x
full join (
  select r.application_id, r.user_id
  from dw.data_quality_issues as d
  join dw.loan_application_revisions as r on r.shard = d.shard and r.seq = d.seq
  where d.check_type = 'reused_application_id'
) as d using (application_id, user_id)
where x.user_id is null or d.user_id is null
