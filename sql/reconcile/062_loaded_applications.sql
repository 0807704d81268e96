-- The receipts and the warehouse side by side: what was decided, and nothing else, must be loaded. What neither the log
-- nor a receipt knows of is unexpected.
insert into findings (kind, stream, shard, seq)
select kind, 'credit_applications', shard, seq
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
    from staging.application_receipts as r
    full join (
      select shard, seq, true as is_loaded from dw.fact_loan_application
      union all
      select shard, seq, true from dw.superseded_revisions
    ) as w using (shard, seq)
    where (r.disposition is not distinct from 'decided') <> (w.is_loaded is not null)
  ) as o
  left join staging.applications as l using (shard, seq)
) as compared
where kind is not null;
