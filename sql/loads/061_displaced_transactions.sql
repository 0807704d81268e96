-- Of one transaction the lowest position stands. What is displaced goes out and what is not there comes in: the load
-- lock keeps others away, and this costs half of an upsert. The lake hears of the day that it goes from.
with displaced as (
  delete from dw.processed_transactions as t
  using arrived_activity as n
  where n.disposition = 'decided' and n.type = 'transaction' and n.first_of_identity
    and t.transaction_id = n.identity and t.user_id = n.user_id
    and (n.seq, n.shard) < (t.seq, t.shard)
  returning t.timestamp
)
insert into ops.lake_days as t (table_name, day)
select distinct 'transactions', (timestamp at time zone 'utc')::date
from displaced
on conflict (table_name, day) do update set mark = t.mark + 1;
