-- As many decided records as revisions, transactions and events, of what the warehouse has read.
select stream, decided, loaded
from (
  select
    'credit_applications' as stream,
    (
      select count(*)
      from staging.application_receipts as r
      join staging.applications as l using (shard, seq)
      where r.disposition = 'decided'
        and greatest(l.load_id, r.load_id) < (
          select coalesce(min(load_id), 2147483647) from ops.ledger where consumed_run is null
        )
    ) as decided,
    (select count(*) from dw.loan_application_revisions) as loaded
  union all
  select
    'account_activity',
    (
      select count(*)
      from staging.activity_receipts as r
      join staging.activity as l using (shard, seq)
      where r.disposition = 'decided'
        and greatest(l.load_id, r.load_id) < (
          select coalesce(min(load_id), 2147483647) from ops.ledger where consumed_run is null
        )
    ),
    (select count(*) from dw.processed_transactions) + (select count(*) from dw.account_events)
) as sums
where decided > loaded
  or (decided < loaded and not exists (select from ops.ledger where consumed_run is null))
