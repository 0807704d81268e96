-- The counts by hour are what staging says, while nothing is staged that the warehouse has not read.
with positions as (
  select 'credit_applications' as stream, coalesce(l.arrival, r.arrival) as arrival, r.disposition
  from staging.applications as l
  full join staging.application_receipts as r using (shard, seq)
  union all
  select 'account_activity', coalesce(l.arrival, r.arrival), r.disposition
  from staging.activity as l
  full join staging.activity_receipts as r using (shard, seq)
),
recount as (
  select
    stream,
    date_trunc('hour', arrival, 'utc') as hour,
    count(*) as received,
    count(*) filter (where disposition = 'decided') as decided,
    count(*) filter (where disposition = 'quarantined') as quarantined,
    count(*) filter (where disposition = 'duplicate') as duplicates,
    count(*) filter (where disposition = 'conflict') as conflicts,
    count(*) filter (where disposition = 'undecided') as undecided
  from positions
  group by 1, 2
)
select stream, hour
from recount as r
full join dw.hourly_arrivals as t using (stream, hour)
where (r.received, r.decided, r.quarantined, r.duplicates, r.conflicts, r.undecided) is distinct from
  (t.received, t.decided, t.quarantined, t.duplicates, t.conflicts, t.undecided)
  and not exists (select from ops.ledger where consumed_run is null)
