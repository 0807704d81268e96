-- The log, the receipts and the warehouse side by side, position by position:
--   in the warehouse alone: unexpected
--   a receipt without a log row: the stream has seen it (050 says missing), or nobody has (070)
--   a log row without a receipt: pending, or missing when the stream can no longer reach it
--   both: what the stream and the batch made of the record must be the same, and what was decided must be loaded
insert into findings (kind, stream, shard, seq)
select v.kind, 'credit_applications', shard, seq
from staging.applications as l
full join staging.application_receipts as r using (shard, seq)
full join (select shard, seq, true as loaded from dw.loan_application_revisions) as w using (shard, seq)
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
