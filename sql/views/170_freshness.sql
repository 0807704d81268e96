-- grain: a single row, also of an empty warehouse
create view bi.freshness as
select
  (
    select max(finished) from dw.metadata_table where job = 'load-warehouse' and status = 'succeeded'
  ) as warehouse_as_of,
  run.run_id as last_run_id,
  run.status as last_run_status,
  greatest(
    (select event_time from bi.applications order by event_time desc limit 1),
    (select event_time from bi.transactions order by event_time desc limit 1)
  ) as last_event_time,
  (select max(last_arrival) from dw.hourly_arrivals) as last_arrival,
  (select max(version) from ops.schema_migrations) as schema_version
from (select) as one
left join lateral (
  select run_id, status from dw.metadata_table where job = 'batch' order by started desc limit 1
) as run on true;
