-- All that the person ever applied for is left out now, or no longer.
insert into touched_days (date)
select distinct (f.event_time at time zone 'utc')::date
from changed_refusals
join dw.fact_loan_application as f using (user_id)
where (f.event_time at time zone 'utc')::date not in (select date from touched_days);
