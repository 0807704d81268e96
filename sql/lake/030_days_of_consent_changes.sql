-- All days on which these users have anything: they go from the lake, or come back.
insert into ops.lake_days as t (table_name, day)
select distinct s.table_name, (s.event_time at time zone 'utc')::date
from (
  select k.table_name, r.event_time
  from dw.loan_application_revisions as r
  cross join (values ('applications'), ('decisions')) as k (table_name)
  where r.user_id in (select user_id from consent_changes)
  union all
  select 'alerts', event_time from dw.fraud_alerts where user_id in (select user_id from consent_changes)
  union all
  select 'transactions', timestamp from dw.processed_transactions
  where user_id in (select user_id from consent_changes)
) as s
on conflict (table_name, day) do update set mark = t.mark + 1;
