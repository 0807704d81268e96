-- grain: one UTC day of what has arrived and was decided, by what it is about: applications, transactions, events
create temporary table arrived_days on commit drop as
select distinct 'applications' as subject, (event_time at time zone 'utc')::date as date
from arrived_applications
where disposition = 'decided'
union all
select distinct
  case type when 'transaction' then 'transactions' else 'events' end,
  (event_time at time zone 'utc')::date
from arrived_activity
where disposition = 'decided';
