-- Users of both streams, with the region of their open version. Known ones are left to the key: an anti-join would read
-- the whole table for each user where the server holds it for empty, as after a vacuum before the first load.
insert into dw.dim_user (user_id, region)
select n.user_id, h.region
from (
  select user_id from arrived_applications where disposition = 'decided'
  union
  select user_id from arrived_activity where disposition = 'decided'
) as n
left join dw.dim_user_history as h on h.user_id = n.user_id and h.valid_to is null
on conflict (user_id) do nothing;
