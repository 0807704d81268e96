-- What the log lacked when last compared is still looked for.
insert into stream_positions (stream, shard, seq, arrival)
select u.stream, u.shard, u.seq, u.arrival
from ops.unarchived_positions as u
where not exists (
  select from stream_positions as s where s.stream = u.stream and s.shard = u.shard and s.seq = u.seq
);
