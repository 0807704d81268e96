-- As 060, for the other stream.
insert into findings (kind, stream, shard, seq)
select kind, 'account_activity', shard, seq
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
  from staging.activity as l
  full join staging.activity_receipts as r using (shard, seq)
) as compared
where kind is not null;
