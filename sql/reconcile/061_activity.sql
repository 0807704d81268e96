-- As 060, for the other stream.
insert into findings (kind, stream, shard, seq)
select unnest(array_remove(array[of_position, of_load], null)), 'account_activity', shard, seq
from (
  select
    shard,
    seq,
    case
      when l.load_id is null and r.load_id is null then 'unexpected'
      when l.load_id is null then
        case when r.arrival <= current_setting('reconcile.until')::timestamptz then 'unarchived' end
      when r.load_id is null then
        case when l.arrival > current_setting('reconcile.reachable')::timestamptz then 'pending' else 'missing' end
      when r.disposition = 'undecided' then null
      when l.payload_hash is distinct from r.payload_hash
        or (l.payload_hash is null) <> (r.disposition = 'quarantined')
        or (r.disposition = 'decided' and l.risk_level is distinct from r.risk_level) then 'parity'
    end as of_position,
    case
      when r.disposition = 'decided' and w.shard is null
        and l.load_id < current_setting('reconcile.unread')::integer
        and r.load_id < current_setting('reconcile.unread')::integer then 'missing'
      when r.disposition <> 'decided' and w.shard is not null then 'unexpected'
    end as of_load
  from staging.activity as l
  full join staging.activity_receipts as r using (shard, seq)
  full join (
    select shard, seq from dw.processed_transactions
    union all
    select shard, seq from dw.account_events
  ) as w using (shard, seq)
) as compared
where of_position is not null or of_load is not null;
