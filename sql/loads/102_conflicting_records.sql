-- The later one of two records with one identity and revision and different payloads, whole.
insert into dw.data_quality_issues (
  id, record_id, check_type, field, reason, issue, raw_record, timestamp, stream, shard, seq,
  user_id, application_id
)
select
  encode(sha256(convert_to(concat_ws('/', p.record_id, 'conflicting_record'), 'UTF8')), 'hex'),
  p.record_id,
  'conflicting_record',
  null,
  'an earlier record has the same identity and another payload; the earlier one stands',
  'conflicting_record',
  raw.raw,
  n.arrival,
  n.stream,
  n.shard,
  n.seq,
  n.user_id,
  n.application_id
from (
  select 'credit_applications' as stream, shard, seq, arrival, user_id, application_id
  from arrived_applications where disposition = 'conflict'
  union all
  select 'account_activity', shard, seq, arrival, user_id, null
  from arrived_activity where disposition = 'conflict'
) as n
left join staging.raw_records as raw using (stream, shard, seq)
cross join lateral (select ops.position_id(n.stream, n.shard, n.seq) as record_id) as p
on conflict (id) do nothing;
