-- One row for each failed check of a quarantined record, and for each optional field that a decided record lost.
insert into dw.data_quality_issues (
  id, record_id, check_type, field, reason, issue, raw_record, timestamp, stream, shard, seq
)
select
  encode(sha256(convert_to(concat_ws('/', p.record_id, i.check_type, i.field), 'UTF8')), 'hex'),
  p.record_id,
  i.check_type,
  i.field,
  i.reason,
  concat_ws(': ', i.check_type, i.field),
  raw.raw,
  n.arrival,
  n.stream,
  n.shard,
  n.seq
from (
  select 'credit_applications' as stream, shard, seq, disposition, arrival
  from arrived_applications where disposition in ('decided', 'quarantined')
  union all
  select 'account_activity', shard, seq, disposition, arrival
  from arrived_activity where disposition in ('decided', 'quarantined')
) as n
join staging.issues as i using (stream, shard, seq)
left join staging.raw_records as raw using (stream, shard, seq)
cross join lateral (select ops.position_id(n.stream, n.shard, n.seq) as record_id) as p
on conflict (id) do nothing;
