insert into dw.daily_applications (
  date, region, risk_level, approval_status, is_fraud, fraud_confirmed, score_bin, withheld, applications, loan_amount,
  credit_score_sum
)
select
  c.date, c.region, c.risk_level, c.approval_status, c.is_fraud, c.fraud_confirmed, c.score_bin, c.withheld,
  c.applications, c.loan_amount, c.credit_score_sum
from touched_days as n
cross join lateral dw.count_applications(n.date) as c;
