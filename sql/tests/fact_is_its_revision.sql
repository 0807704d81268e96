-- A fact tells what its revision tells.
select f.application_id, f.user_id
from dw.fact_loan_application as f
left join dw.loan_application_revisions as r using (user_id, application_id, revision)
where (f.credit_score, f.loan_amount, f.risk_level, f.approval_status, f.event_time, f.shard, f.seq)
  is distinct from (r.credit_score, r.loan_amount, r.risk_level, r.approval_status, r.event_time, r.shard, r.seq)
