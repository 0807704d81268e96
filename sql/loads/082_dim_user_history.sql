insert into dw.dim_user_history (user_id, valid_from, valid_to, region)
select user_id, first, null, region
from stating_users
where of_one_region;
