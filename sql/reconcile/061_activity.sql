-- As 060, for the other stream.
insert into findings (kind, stream, shard, seq)
select v.kind, 'account_activity', shard, seq
from staging.activity as l
full join staging.activity_receipts as r using (shard, seq)
full join (
  select shard, seq, true as loaded from dw.processed_transactions
  union all
  select shard, seq, true from dw.account_events
) as w using (shard, seq)
cross join lateral (
  select case
    when l.load_id is null and r.load_id is null then 'unexpected'
    when l.load_id is null then 'unarchived'
    when r.load_id is null and l.arrival > current_setting('reconcile.reachable')::timestamptz then 'pending'
    when r.load_id is null then 'missing'
    when r.disposition = 'undecided' then null
    when l.payload_hash is distinct from r.payload_hash
      or (l.payload_hash is null) <> (r.disposition = 'quarantined')
      or (r.disposition = 'decided' and l.risk_level is distinct from r.risk_level) then 'parity'
  end as kind
  union all
  select 'missing'
  where r.disposition = 'decided' and w.loaded is null
    and l.load_id < current_setting('reconcile.unread')::integer
    and r.load_id < current_setting('reconcile.unread')::integer
) as v
where v.kind is not null and (v.kind <> 'unarchived' or r.arrival <= current_setting('reconcile.until')::timestamptz);
