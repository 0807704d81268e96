-- One issue for each user of an application_id beyond the least user_id in byte order, at the user's first decided
-- record with that id. A user who is not the least one never becomes it, so issues are only ever added; a lower
-- position that is loaded later takes the place of the higher one.
with reused as (
  select x.application_id, u.least
  from repeated_ids as x
  cross join lateral (
    select min(f.user_id) as least, count(*) as users
    from dw.fact_loan_application as f
    where f.application_id = x.application_id
  ) as u
  where u.users > 1
),
firsts as (
  select f.application_id, f.user_id, r.shard, r.seq, r.ingest_time
  from reused as x
  join dw.fact_loan_application as f on f.application_id = x.application_id and f.user_id <> x.least
  cross join lateral (
    select shard, seq, ingest_time
    from dw.loan_application_revisions
    where user_id = f.user_id and application_id = f.application_id
    order by seq, shard
    limit 1
  ) as r
)
insert into dw.data_quality_issues as t (
  id, record_id, check_type, field, reason, issue, raw_record, timestamp, stream, shard, seq,
  user_id, application_id
)
select
  encode(
    sha256(
      convert_to(
        concat_ws('/', 'reused_application_id', length(n.user_id), n.user_id, n.application_id), 'UTF8'
      )
    ),
    'hex'
  ),
  ops.position_id('credit_applications', n.shard, n.seq),
  'reused_application_id',
  'application_id',
  'an application_id belongs to one user, and another user has this one too',
  'reused_application_id: application_id',
  null,
  n.ingest_time,
  'credit_applications',
  n.shard,
  n.seq,
  n.user_id,
  n.application_id
from firsts as n
on conflict (id) do update set
  record_id = excluded.record_id,
  timestamp = excluded.timestamp,
  shard = excluded.shard,
  seq = excluded.seq
where (excluded.seq, excluded.shard) < (t.seq, t.shard);
