-- grain: a policy document. Amounts are null where only an older version of the pipeline has seen the document.
create view bi.policies as
select
  policy_id,
  version,
  policy_digest as digest,
  effective_from,
  lead(effective_from) over taking_effect as effective_to,
  effective_from <= now() and coalesce(lead(effective_from) over taking_effect > now(), true) as in_force,
  (document #>> '{thresholds,amount_ceiling}')::numeric(14, 2) as amount_ceiling,
  high_below,
  low_from,
  (document #>> '{thresholds,reject_below}')::smallint as reject_below,
  (document #>> '{thresholds,approval_floor}')::smallint as approval_floor,
  (document #>> '{thresholds,instant_amount}')::numeric(14, 2) as instant_amount
from dw.dim_policy
-- of two that take effect at one time the one with the greater digest is in force
window taking_effect as (order by effective_from, policy_digest collate "C");
