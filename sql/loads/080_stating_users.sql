-- grain: one user who stated something anew, with the span of all that the user ever stated
create temporary table stating_users on commit drop as
select
  user_id,
  min(event_time) as first,
  min(region) as region,
  min(region) = max(region) as of_one_region
from dw.loan_application_revisions
where region is not null
  and user_id in (
    select user_id from arrived_applications where disposition = 'decided' and region is not null
  )
group by user_id;
