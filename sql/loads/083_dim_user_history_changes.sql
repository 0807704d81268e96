-- A version begins when the stated region changes, in the order of event time; of several statements of one moment the
-- highest position counts. A record that states no region says nothing about it.
with stated as (
  select
    r.user_id,
    r.event_time,
    r.region,
    lead(r.event_time) over statements is not distinct from r.event_time as outdone
  from dw.loan_application_revisions as r
  where r.region is not null and r.user_id in (select user_id from stating_users where not of_one_region)
  window statements as (partition by r.user_id order by r.event_time, r.seq, r.shard)
),
changes as (
  select
    user_id,
    event_time,
    region,
    lag(region) over (partition by user_id order by event_time) as before
  from stated
  where not outdone
)
insert into dw.dim_user_history (user_id, valid_from, valid_to, region)
select user_id, event_time, lead(event_time) over (partition by user_id order by event_time), region
from changes
where region is distinct from before;
