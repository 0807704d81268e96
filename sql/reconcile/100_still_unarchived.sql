-- The next reconciliation begins behind what was read now, so it must be told what the log still lacks.
insert into ops.unarchived_positions (stream, shard, seq, arrival)
select s.stream, s.shard, s.seq, s.arrival
from stream_positions as s
join (select distinct stream, shard, seq from findings where kind = 'missing') as f using (stream, shard, seq)
where not exists (select from staging.applications as l
    where s.stream = 'credit_applications' and l.shard = s.shard and l.seq = s.seq)
  and not exists (select from staging.activity as l
    where s.stream = 'account_activity' and l.shard = s.shard and l.seq = s.seq)
on conflict (stream, shard, seq) do nothing;
