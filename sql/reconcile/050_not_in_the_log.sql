-- In the stream, but not in the log.
insert into findings (kind, stream, shard, seq)
select 'missing', s.stream, s.shard, s.seq
from stream_positions as s
where (s.stream = 'credit_applications' and not exists (
    select from staging.applications as l where l.shard = s.shard and l.seq = s.seq
  ))
  or (s.stream = 'account_activity' and not exists (
    select from staging.activity as l where l.shard = s.shard and l.seq = s.seq
  ));
