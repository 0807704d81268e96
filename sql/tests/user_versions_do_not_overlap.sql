-- The versions of a user follow each other without gap or overlap, and differ from one to the next.
select user_id
from (
  select
    *,
    lead(valid_from) over versions as next_from,
    lead(region) over versions as next_region
  from dw.dim_user_history
  window versions as (partition by user_id order by valid_from)
) as h
where valid_to is distinct from next_from or next_region = region
