-- grain: one UTC day whose transactions are to be counted anew. Here those of what arrived, and of the transactions that
-- it displaces or that have an alert now, as they stand before that; and of persons who refuse analytics now, or no
-- longer.
create temporary table touched_transaction_days on commit drop as
select date
from arrived_days
where subject = 'transactions'
union
select (t.timestamp at time zone 'utc')::date
from arrived_activity as n
join dw.processed_transactions as t on t.transaction_id = n.identity and t.user_id = n.user_id
where n.disposition = 'decided' and n.type = 'transaction' and (n.seq, n.shard) < (t.seq, t.shard)
union
select (t.timestamp at time zone 'utc')::date
from changed_alerts as c
join dw.processed_transactions as t using (transaction_id, user_id)
where c.subject_kind = 'transaction'
union
select (t.timestamp at time zone 'utc')::date
from changed_refusals
join dw.processed_transactions as t using (user_id);
