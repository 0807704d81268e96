-- dim_time has every day from the first to the last, each as the calendar has it.
select date
from (
  select *, lag(date) over (order by date) as before from dw.dim_time
) as d
where date - before <> 1
  or time_id <> to_char(date, 'YYYYMMDD')::integer
  or (day, month, quarter, year) is distinct from (
    extract(day from date), extract(month from date), extract(quarter from date), extract(year from date)
  )
