select a.user_id
from restricted.applicants as a
left join dw.dim_user as u using (user_id)
where u.user_id is null
