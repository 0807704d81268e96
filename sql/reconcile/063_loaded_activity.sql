-- As 062, for the other stream.
insert into findings (kind, stream, shard, seq)
select kind, 'account_activity', shard, seq
from (
  select
    o.shard,
    o.seq,
    case
      when o.disposition is null then case when l.load_id is null then 'unexpected' end
      when o.disposition <> 'decided' then 'unexpected'
      when l.load_id < current_setting('reconcile.unread')::integer
        and o.load_id < current_setting('reconcile.unread')::integer then 'missing'
    end as kind
  from (
    select shard, seq, r.disposition, r.load_id
    from staging.activity_receipts as r
    full join (
      select shard, seq, true as is_loaded from dw.processed_transactions
      union all
      select shard, seq, true from dw.account_events
    ) as w using (shard, seq)
    where (r.disposition is not distinct from 'decided') <> (w.is_loaded is not null)
  ) as o
  left join staging.activity as l using (shard, seq)
) as compared
where kind is not null;
