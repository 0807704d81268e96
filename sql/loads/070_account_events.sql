-- Of one event the lowest position stands.
insert into dw.account_events as t (
  event_id, user_id, type, timestamp, ingest_time, amount, application_id, defaulted, shard, seq
)
select identity, user_id, type, event_time, arrival, amount, application_id, defaulted, shard, seq
from arrived_activity
where disposition = 'decided' and type <> 'transaction' and first_of_identity
on conflict (user_id, type, event_id) do update set
  timestamp = excluded.timestamp,
  ingest_time = excluded.ingest_time,
  amount = excluded.amount,
  application_id = excluded.application_id,
  defaulted = excluded.defaulted,
  shard = excluded.shard,
  seq = excluded.seq
where (excluded.seq, excluded.shard) < (t.seq, t.shard);
