-- grain: one UTC day whose applications are to be counted anew. Here those of what arrived, and of the facts that it
-- displaces or whose alerts changed, as they stand before that.
create temporary table touched_days on commit drop as
select date
from arrived_days
where subject = 'applications'
union
select (f.event_time at time zone 'utc')::date
from contested_revisions as n
join dw.fact_loan_application as f using (application_id, user_id)
where n.is_current
union
select (f.event_time at time zone 'utc')::date
from changed_alerts as c
join dw.fact_loan_application as f using (application_id, user_id)
where c.subject_kind = 'application';
