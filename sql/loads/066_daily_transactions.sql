insert into dw.daily_transactions (
  date, location, card_type, risk_level, is_fraud, withheld, transactions, amount
)
select c.date, c.location, c.card_type, c.risk_level, c.is_fraud, c.withheld, c.transactions, c.amount
from touched_transaction_days as n
cross join lateral dw.count_transactions(n.date) as c;
