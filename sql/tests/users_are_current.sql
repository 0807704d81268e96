-- dim_user has the open version of each user who stated something.
select user_id
from dw.dim_user as u
full join (select * from dw.dim_user_history where valid_to is null) as h using (user_id)
where u.user_id is null or u.region is distinct from h.region
