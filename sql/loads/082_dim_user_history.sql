-- A version begins when the stated region changes, in the order of event time; of several statements of one moment the
-- highest position counts. A record that states no region says nothing about it.
with stated as (
  select distinct on (r.user_id, r.event_time) r.user_id, r.event_time, r.region
  from dw.loan_application_revisions as r
  where r.region is not null
    and r.user_id in (
      select user_id from arrived_applications where disposition = 'decided' and region is not null
    )
  order by r.user_id, r.event_time, r.seq desc, r.shard desc
),
changes as (
  select user_id, event_time, region, lag(region) over (partition by user_id order by event_time) as before
  from stated
)
insert into dw.dim_user_history (user_id, valid_from, valid_to, region)
select user_id, event_time, lead(event_time) over (partition by user_id order by event_time), region
from changes
where region is distinct from before;
