-- The counts by day are what the transactions say, in sum, cell by cell.
with recount as (
  select
    (f.timestamp at time zone 'utc')::date as date,
    coalesce(f.location, 'Unknown') as location,
    coalesce(f.card_type, 'Unknown') as card_type,
    coalesce(f.risk_level, 'Not scored') as risk_level,
    f.is_fraud,
    f.user_id in (select user_id from dw.analytics_refusals) as withheld,
    count(*) as transactions,
    sum(f.amount) as amount
  from dw.processed_transactions as f
  group by 1, 2, 3, 4, 5, 6
)
select date, location, card_type, risk_level, is_fraud, withheld
from recount as r
full join dw.daily_transactions as t using (date, location, card_type, risk_level, is_fraud, withheld)
where (r.transactions, r.amount) is distinct from (t.transactions, t.amount)
