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
  select min(date) as first, max(date) as last
  from (
    select date from arrived_days
    union all
    select date from dw.dim_time
  ) as days
) as span
cross join lateral generate_series(first::timestamp, last::timestamp, interval '1 day') as d
on conflict (time_id) do nothing;
