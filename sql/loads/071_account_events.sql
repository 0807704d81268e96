insert into dw.account_events (
  event_id, user_id, type, timestamp, ingest_time, amount, application_id, defaulted, shard, seq
)
select identity, user_id, type, event_time, arrival, amount, application_id, defaulted, shard, seq
from arrived_activity as n
where disposition = 'decided' and type <> 'transaction' and first_of_identity
  and not exists (
    select from dw.account_events as t where t.user_id = n.user_id and t.type = n.type and t.event_id = n.identity
  );
