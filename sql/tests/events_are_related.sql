select e.event_id
from dw.account_events as e
left join dw.dim_user as u using (user_id)
left join dw.dim_time as d on d.date = (e.timestamp at time zone 'utc')::date
where u.user_id is null or d.time_id is null
