-- grain: policy × rule
create view bi.policy_rules as
select
  p.policy_id,
  p.version,
  p.in_force,
  r.rule ->> 'id' as rule_id,
  (r.rule ->> 'version')::integer as rule_version,
  r.rule ->> 'on' as subject_kind,
  r.rule ->> 'severity' as severity,
  r.rule ->> 'reason' as reason,
  (r.rule -> 'when')::text as condition
from bi.policies as p
join dw.dim_policy as d on d.policy_digest = p.digest
cross join lateral jsonb_array_elements(d.document -> 'rules') as r (rule);
