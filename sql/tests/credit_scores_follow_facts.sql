-- credit_scores has the current revision of each application with consent to scoring, and nothing else.
select application_id, user_id
from (select * from dw.fact_loan_application where risk_level is not null) as f
full join dw.credit_scores as c using (application_id, user_id)
where (f.credit_score, f.loan_amount, f.risk_level, f.event_time)
  is distinct from (c.credit_score, c.loan_amount, c.risk_level, c.timestamp)
