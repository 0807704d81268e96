-- What the facts refer to is there (the foreign keys are declared, not enforced).
select f.application_id
from dw.fact_loan_application as f
left join dw.dim_time as t using (time_id)
left join dw.dim_risk as r using (risk_level)
left join dw.dim_status as s on s.status_code = f.approval_status
left join dw.dim_policy as p using (policy_key)
left join dw.dim_user as u using (user_id)
where t.time_id is null
  or (f.risk_level is not null and r.risk_level is null)
  or s.status_code is null
  or p.policy_key is null
  or u.user_id is null
