-- The log, the receipts and the warehouse side by side, position by position:
--   in the warehouse alone: unexpected
--   a receipt without a log row: the stream has seen it, or nobody has (070 tells which)
--   a log row without a receipt: pending, or missing when the stream can no longer reach it
--   both: what the stream and the batch made of the record must be the same, and what was decided, and nothing else,
--     must be loaded; of an undecided record the stream made nothing
insert into findings (kind, stream, shard, seq)
select unnest(array_remove(array[of_position, of_load], null)), 'credit_applications', shard, seq
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
  from staging.applications as l
  full join staging.application_receipts as r using (shard, seq)
  full join (
    select shard, seq from dw.fact_loan_application
    union all
    select shard, seq from dw.superseded_revisions
  ) as w using (shard, seq)
) as compared
where of_position is not null or of_load is not null;
