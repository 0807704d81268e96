-- Quarantined and conflicting records are in the warehouse as issues; no issue is about a record that nobody has.
insert into findings (kind, stream, shard, seq)
with said as (
  select 'credit_applications' as stream, r.shard, r.seq
  from staging.application_receipts as r
  join staging.applications as l using (shard, seq)
  where r.disposition in ('quarantined', 'conflict')
    and r.load_id < current_setting('reconcile.unread')::integer
    and l.load_id < current_setting('reconcile.unread')::integer
  union all
  select 'account_activity', r.shard, r.seq
  from staging.activity_receipts as r
  join staging.activity as l using (shard, seq)
  where r.disposition in ('quarantined', 'conflict')
    and r.load_id < current_setting('reconcile.unread')::integer
    and l.load_id < current_setting('reconcile.unread')::integer
)
select 'missing', s.stream, s.shard, s.seq
from said as s
where not exists (
  select from dw.data_quality_issues as d where d.stream = s.stream and d.shard = s.shard and d.seq = s.seq
)
union all
select distinct 'unexpected', d.stream, d.shard, d.seq
from dw.data_quality_issues as d
where not exists (
  select from staging.applications as l
  where d.stream = 'credit_applications' and l.shard = d.shard and l.seq = d.seq
)
and not exists (
  select from staging.activity as l where d.stream = 'account_activity' and l.shard = d.shard and l.seq = d.seq
);
