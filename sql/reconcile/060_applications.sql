-- The log and the receipts side by side, position by position:
--   a receipt without a log row: the stream has seen it, or nobody has (070 tells which)
--   a log row without a receipt: pending, or missing when the stream can no longer reach it
--   both: what the stream and the batch made of the record must be the same; of an undecided one the stream made nothing
insert into findings (kind, stream, shard, seq)
select kind, 'credit_applications', shard, seq
from (
  select
    shard,
    seq,
    case
      when l.load_id is null then
        case when r.arrival <= current_setting('reconcile.until')::timestamptz then 'unarchived' end
      when r.load_id is null then
        case when l.arrival > current_setting('reconcile.reachable')::timestamptz then 'pending' else 'missing' end
      when r.disposition = 'undecided' then null
      when l.payload_hash is distinct from r.payload_hash
        or (l.payload_hash is null) <> (r.disposition = 'quarantined')
        or (r.disposition = 'decided' and l.risk_level is distinct from r.risk_level) then 'parity'
    end as kind
  from staging.applications as l
  full join staging.application_receipts as r using (shard, seq)
) as compared
where kind is not null;
