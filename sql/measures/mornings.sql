-- The mornings between the plan of run $1 and the last one before it that was made, and how many of them were stale: at
-- that time no run had ended well that was planned at most $2 minutes before. Morning is at $3 o'clock UTC. A morning
-- lies between two plans once, so that it is counted once. Before the first plan there was no warehouse to be fresh.
with this as (
  select b.started
  from dw.metadata_table as b
  where b.run_id = $1 and b.job = 'batch'
),
before as (
  select max(b.started) as started
  from dw.metadata_table as b
  join dw.metadata_table as p on p.run_id = b.run_id and p.job = 'plan-batch' and p.status = 'succeeded'
  join this on b.started < this.started
  where b.job = 'batch' and b.run_id <> $1
),
mornings as (
  select (day + make_interval(hours => $3::integer)) at time zone 'UTC' as at
  from this
  cross join before
  cross join lateral generate_series(
    date_trunc('day', before.started at time zone 'UTC'), this.started at time zone 'UTC', interval '1 day'
  ) as days (day)
)
select
  count(*)::integer as mornings,
  count(*) filter (where not exists (
    select from dw.metadata_table as b
    where b.job = 'batch' and b.status = 'succeeded'
      and b.finished <= m.at and b.started >= m.at - make_interval(mins => $2::integer)
  ))::integer as stale
from mornings as m
cross join this
cross join before
where m.at > before.started and m.at <= this.started
