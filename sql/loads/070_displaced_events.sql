-- Of one event the lowest position stands.
delete from dw.account_events as t
using arrived_activity as n
where n.disposition = 'decided' and n.type <> 'transaction' and n.first_of_identity
  and t.user_id = n.user_id and t.type = n.type and t.event_id = n.identity
  and (n.seq, n.shard) < (t.seq, t.shard);
