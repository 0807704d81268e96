-- Users of both streams, with the region of their open version.
insert into dw.dim_user (user_id, region)
select n.user_id, h.region
from (
  select user_id from arrived_applications where disposition = 'decided'
  union
  select user_id from arrived_activity where disposition = 'decided'
) as n
left join dw.dim_user_history as h on h.user_id = n.user_id and h.valid_to is null
where not exists (select from dw.dim_user as u where u.user_id = n.user_id);
