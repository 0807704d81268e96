-- grain: one decided transaction, of the days that are written
select
  t.transaction_id, t.user_id, t.amount, t.timestamp as event_time, t.ingest_time, t.location, t.merchant, t.card_type,
  t.device_id, t.credit_score, t.risk_level, t.is_fraud, p.policy_id, p.version as policy_version
from dw.processed_transactions as t
join dw.dim_policy as p using (policy_key)
where not exists (select from ops.lake_refusals as r where r.user_id = t.user_id)
  and t.timestamp >= (select min(day)::timestamp at time zone 'utc' from written_days)
  and t.timestamp < (select (max(day) + 1)::timestamp at time zone 'utc' from written_days)
  and (t.timestamp at time zone 'utc')::date in (select day from written_days)
