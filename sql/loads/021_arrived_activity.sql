-- grain: one position of account_activity whose log row or receipt is newly loaded and whose other half is there
create temporary table arrived_activity on commit drop as
with joined as (
  select s.*, r.disposition, r.policy_key
  from staging.activity as s
  join staging.activity_receipts as r using (shard, seq)
  where s.load_id >= current_setting('load.first')::integer
  union all
  select s.*, r.disposition, r.policy_key
  from staging.activity_receipts as r
  join staging.activity as s using (shard, seq)
  where r.load_id >= current_setting('load.first')::integer and s.load_id < current_setting('load.first')::integer
)
select
  joined.*,
  row_number() over (partition by disposition, type, identity, user_id order by seq, shard) = 1 as first_of_identity
from joined;
