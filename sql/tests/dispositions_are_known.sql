-- A position ends in exactly one disposition, and what a receipt holds fits it.
select shard, seq
from staging.application_receipts
where disposition not in ('decided', 'duplicate', 'conflict', 'quarantined', 'undecided')
  or (payload_hash is null) <> (disposition in ('quarantined', 'undecided'))
  or (outcome is null) = (disposition = 'decided')
union all
select shard, seq
from staging.activity_receipts
where disposition not in ('decided', 'duplicate', 'conflict', 'quarantined', 'undecided')
  or (payload_hash is null) <> (disposition in ('quarantined', 'undecided'))
