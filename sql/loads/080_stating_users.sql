-- grain: one user who applied anew and has stated a region, now or before, with the span of all that
-- the user ever stated
create temporary table stating_users on commit drop as
select
  user_id,
  min(event_time) as first,
  min(region collate "C") as region,
  min(region collate "C") = max(region collate "C") as of_one_region
from dw.loan_application_revisions
where region is not null
  and user_id in (select user_id from arrived_users where applied)
group by user_id
order by user_id;
