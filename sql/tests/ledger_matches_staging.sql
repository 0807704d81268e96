-- The ledger says how many rows each load brought; together they are what is there.
select kind, stream
from (
  select 'log' as kind, 'credit_applications' as stream, count(*) as rows from staging.applications
  union all
  select 'log', 'account_activity', count(*) from staging.activity
  union all
  select 'receipts', 'credit_applications', count(*) from staging.application_receipts
  union all
  select 'receipts', 'account_activity', count(*) from staging.activity_receipts
) as staged
left join (
  select kind, stream, sum(rows_new) as rows from ops.ledger group by kind, stream
) as told using (kind, stream)
where staged.rows <> coalesce(told.rows, 0)
