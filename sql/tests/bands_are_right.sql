-- A band is what the policy that decided makes of the score.
select f.application_id as key
from dw.fact_loan_application as f
join dw.dim_policy as p using (policy_key)
where f.risk_level is not null
  and f.risk_level <> case
    when f.credit_score < p.high_below then 'High'
    when f.credit_score < p.low_from then 'Medium'
    else 'Low'
  end
union all
select t.transaction_id
from dw.processed_transactions as t
join dw.dim_policy as p using (policy_key)
where t.risk_level is distinct from case
  when t.credit_score < p.high_below then 'High'
  when t.credit_score < p.low_from then 'Medium'
  when t.credit_score >= p.low_from then 'Low'
end
