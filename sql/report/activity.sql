-- What became of each position of account_activity.
select
  count(*)::integer as received,
  count(*) filter (where r.disposition = 'decided')::integer as decided,
  count(*) filter (where r.disposition = 'duplicate')::integer as duplicate,
  count(*) filter (where r.disposition = 'conflict')::integer as conflict,
  count(*) filter (where r.disposition = 'quarantined')::integer as quarantined,
  count(*) filter (where r.disposition = 'undecided')::integer as undecided
from staging.activity as l
full join staging.activity_receipts as r using (shard, seq)
