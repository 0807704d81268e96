-- grain: date × region × risk_level × approval_status × is_fraud × fraud_confirmed × score_bin
create view bi.application_days as
select
  date,
  region,
  risk_level,
  approval_status,
  is_fraud,
  fraud_confirmed,
  score_bin,
  applications,
  case when approval_status = 'Approved' then applications else 0 end as approved,
  case when approval_status = 'Rejected' then applications else 0 end as rejected,
  case when approval_status = 'Under Review' then applications else 0 end as under_review,
  case when is_fraud then applications else 0 end as flagged,
  case when fraud_confirmed then applications else 0 end as confirmed,
  loan_amount,
  credit_score_sum
from dw.daily_applications
where not withheld;
