-- One row for each failed check of a quarantined record, and for each optional field that a decided record lost.
insert into dw.data_quality_issues (
  id, record_id, check_type, field, reason, issue, raw_record, timestamp, stream, shard, seq,
  user_id, application_id
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
  i.stream,
  n.shard,
  n.seq,
  n.user_id,
  null
from arrived_activity as n
join staging.issues as i on i.stream = 'account_activity' and i.shard = n.shard and i.seq = n.seq
left join staging.raw_records as raw on raw.stream = i.stream and raw.shard = i.shard and raw.seq = i.seq
left join ops.shards as h on h.stream = i.stream and h.shard = i.shard
-- (As ops.position_id says it, which would look up the shard of each row.)
cross join lateral (select concat_ws('/', i.stream, coalesce(h.shard_id, n.shard::text), n.seq) as record_id) as p
where n.issues > 0 and n.disposition in ('decided', 'quarantined')
on conflict (id) do nothing;
