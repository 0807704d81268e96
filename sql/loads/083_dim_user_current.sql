update dw.dim_user as u
set region = h.region
from dw.dim_user_history as h
where h.user_id = u.user_id and h.valid_to is null and u.region is distinct from h.region
  and h.user_id in (select user_id from arrived_applications where disposition = 'decided' and region is not null);
