-- Every day of the tables that are to be written anew (new_formats), and every day that an object lies on.
insert into ops.lake_days as t (table_name, day)
select distinct s.table_name, s.day
from (
  select 'applications' as table_name, (event_time at time zone 'utc')::date as day from dw.fact_loan_application
  where exists (select from new_formats where table_name = 'applications')
  union all
  select 'decisions', (event_time at time zone 'utc')::date from dw.loan_application_revisions
  where exists (select from new_formats where table_name = 'decisions')
  union all
  select 'alerts', (event_time at time zone 'utc')::date from dw.fraud_alerts
  where exists (select from new_formats where table_name = 'alerts')
  union all
  select 'transactions', (timestamp at time zone 'utc')::date from dw.processed_transactions
  where exists (select from new_formats where table_name = 'transactions')
  union all
  select table_name, day from ops.lake_objects where table_name in (select table_name from new_formats)
) as s
on conflict (table_name, day) do update set mark = t.mark + 1;
