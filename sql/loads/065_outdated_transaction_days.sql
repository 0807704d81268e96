delete from dw.daily_transactions as t
using touched_transaction_days as n
where t.date = n.date;
