-- A fact's day is the UTC day of its event.
select f.application_id
from dw.fact_loan_application as f
join dw.dim_time as d using (time_id)
where d.date <> (f.event_time at time zone 'utc')::date
