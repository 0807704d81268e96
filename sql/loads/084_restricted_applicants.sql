-- The latest decided statement of a user: by event time, then position.
insert into restricted.applicants as t (user_id, name, age, gender, stated_at, shard, seq)
select distinct on (n.user_id) n.user_id, p.name, p.age, p.gender, n.event_time, n.shard, n.seq
from arrived_applications as n
join restricted.staged_applicants as p using (shard, seq)
where n.disposition = 'decided'
order by n.user_id, n.event_time desc, n.seq desc, n.shard desc
on conflict (user_id) do update set
  name = excluded.name,
  age = excluded.age,
  gender = excluded.gender,
  stated_at = excluded.stated_at,
  shard = excluded.shard,
  seq = excluded.seq
where (excluded.stated_at, excluded.seq, excluded.shard) > (t.stated_at, t.seq, t.shard);
