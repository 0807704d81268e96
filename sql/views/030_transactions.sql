-- grain: a transaction of a person who does not refuse analytics. Newest first and spans as bi.applications.
create view bi.transactions as
select
  t.transaction_id,
  t.user_id,
  (t.timestamp at time zone 'utc')::date as date,
  t.timestamp as event_time,
  t.amount,
  coalesce(t.location, 'Unknown') as location,
  coalesce(t.merchant, 'Unknown') as merchant,
  coalesce(t.card_type, 'Unknown') as card_type,
  coalesce(t.device_id, 'Unknown') as device_id,
  t.credit_score,
  coalesce(t.risk_level, 'Not scored') as risk_level,
  t.is_fraud
from dw.processed_transactions as t
where not exists (select from dw.analytics_refusals as r where r.user_id = t.user_id);
