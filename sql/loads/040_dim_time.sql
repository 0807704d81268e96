-- Every UTC day from the first to the last one with a fact, so that a line over time has no holes.
insert into dw.dim_time (time_id, date, day, month, quarter, year)
select
  to_char(d, 'YYYYMMDD')::integer,
  d::date,
  extract(day from d)::smallint,
  extract(month from d)::smallint,
  extract(quarter from d)::smallint,
  extract(year from d)::smallint
from (
  select min(first at time zone 'utc') as first, max(last at time zone 'utc') as last
  from (
    select min(event_time) as first, max(event_time) as last from arrived_applications where disposition = 'decided'
    union all
    select min(event_time), max(event_time) from arrived_activity where disposition = 'decided'
    union all
    select min(date)::timestamp at time zone 'utc', max(date)::timestamp at time zone 'utc' from dw.dim_time
  ) as days
) as span
cross join lateral generate_series(date_trunc('day', first), date_trunc('day', last), interval '1 day') as d
on conflict (time_id) do nothing;
