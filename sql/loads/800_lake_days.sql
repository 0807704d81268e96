-- The days of the lake that this load touched. The revisions of a contested application tell its old days as well; an
-- alert stands on the day of its record, and may correct what stands on another.
with days as (
  select date as day from arrived_days where subject = 'applications'
  union
  select (event_time at time zone 'utc')::date from contested_revisions
)
insert into ops.lake_days as t (table_name, day)
select k.table_name, d.day
from days as d
cross join (values ('applications'), ('decisions')) as k (table_name)
union
select 'transactions', date
from arrived_days
where subject = 'transactions'
union
select 'alerts', (a.event_time at time zone 'utc')::date
from changed_alerts
join dw.fraud_alerts as a using (alert_id)
union
-- Whether the current revision consents decides on the alerts of all revisions.
select 'alerts', (a.event_time at time zone 'utc')::date
from contested_revisions as n
join dw.fraud_alerts as a using (application_id, user_id)
where a.subject_kind = 'application'
union
select 'applications', (f.event_time at time zone 'utc')::date
from changed_alerts as c
join dw.fact_loan_application as f using (application_id, user_id)
where c.subject_kind = 'application'
union
select 'transactions', (p.timestamp at time zone 'utc')::date
from changed_alerts as c
join dw.processed_transactions as p using (transaction_id, user_id)
where c.subject_kind = 'transaction'
on conflict (table_name, day) do update set mark = t.mark + 1;
