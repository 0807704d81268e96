-- Of one transaction the lowest position stands. What is displaced goes out and what is not there comes in: the load
-- lock keeps others away, and this costs half of an upsert.
delete from dw.processed_transactions as t
using arrived_activity as n
where n.disposition = 'decided' and n.type = 'transaction' and n.first_of_identity
  and t.transaction_id = n.identity and t.user_id = n.user_id
  and (n.seq, n.shard) < (t.seq, t.shard);
