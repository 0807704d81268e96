-- grain: date × location × card_type × risk_level × is_fraud
create view bi.transaction_days as
select
  date,
  location,
  card_type,
  risk_level,
  is_fraud,
  transactions,
  case when is_fraud then transactions else 0 end as flagged,
  amount,
  case when is_fraud then amount else 0.00 end as flagged_amount
from dw.daily_transactions
where not withheld;
