-- Of the latest run that planned anything: how long each job took, from its first start to its last end.
select
  job as name,
  (extract(epoch from max(finished) - min(started)) * 1000)::integer as count
from dw.metadata_table
where run_id = (
  select run_id from dw.metadata_table where job = 'batch' order by started desc limit 1
)
group by job
having max(finished) is not null
order by min(started)
