-- The counts by day are what the facts say, in sum, cell by cell.
with recount as (
  select
    d.date,
    coalesce(f.region, 'Unknown') as region,
    coalesce(f.risk_level, 'Not scored') as risk_level,
    f.approval_status,
    f.is_fraud,
    f.fraud_confirmed,
    f.credit_score - f.credit_score % 10 as score_bin,
    not f.analytics_consent or f.user_id in (select user_id from dw.analytics_refusals) as withheld,
    count(*) as applications,
    sum(f.loan_amount) as loan_amount,
    sum(f.credit_score) as credit_score_sum
  from dw.fact_loan_application as f
  join dw.dim_time as d using (time_id)
  group by 1, 2, 3, 4, 5, 6, 7, 8
)
select date, region, risk_level, approval_status, is_fraud, fraud_confirmed, score_bin, withheld
from recount as r
full join dw.daily_applications as t
  using (date, region, risk_level, approval_status, is_fraud, fraud_confirmed, score_bin, withheld)
where (r.applications, r.loan_amount, r.credit_score_sum) is distinct from
  (t.applications, t.loan_amount, t.credit_score_sum)
