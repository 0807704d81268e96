-- Users of both streams, with the region of their open version. Sorted before the first one goes in, so that no plan
-- reads users who have just been added.
insert into dw.dim_user (user_id, region)
select n.user_id, h.region
from arrived_users as n
left join dw.dim_user_history as h on h.user_id = n.user_id and h.valid_to is null
where not exists (select from dw.dim_user as u where u.user_id = n.user_id)
order by n.user_id;
