select t.transaction_id
from dw.processed_transactions as t
left join dw.dim_user as u using (user_id)
left join dw.dim_policy as p using (policy_key)
left join dw.dim_time as d on d.date = (t.timestamp at time zone 'utc')::date
where u.user_id is null or p.policy_key is null or d.time_id is null
