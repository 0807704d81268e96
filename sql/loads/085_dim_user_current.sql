update dw.dim_user as u
set region = h.region
from stating_users as n
join dw.dim_user_history as h using (user_id)
where u.user_id = n.user_id and h.valid_to is null and u.region is distinct from h.region;
