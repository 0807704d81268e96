-- The policy of the latest decision.
select d.policy_id as id, d.version, d.policy_digest as digest
from dw.dim_policy as d
left join (
  select policy_key, max(arrival) as last
  from (
    select policy_key, max(arrival) as arrival from staging.application_receipts group by policy_key
    union all
    select policy_key, max(arrival) from staging.activity_receipts group by policy_key
  ) as used
  group by policy_key
) as u using (policy_key)
order by u.last desc nulls last, d.effective_from desc, d.policy_digest desc
limit 1
