insert into dw.processed_transactions (
  transaction_id, user_id, amount, timestamp, ingest_time, location, merchant, card_type, device_id,
  latitude, longitude, credit_score, risk_level, is_fraud, policy_key, shard, seq
)
select
  n.identity, n.user_id, n.amount, n.event_time, n.arrival, n.location, n.merchant, n.card_type, n.device_id,
  n.latitude, n.longitude, n.credit_score, n.risk_level,
  exists (
    select from dw.fraud_alerts as a
    where a.subject_kind = 'transaction' and a.transaction_id = n.identity and a.user_id = n.user_id
  ),
  n.policy_key, n.shard, n.seq
from arrived_activity as n
where n.disposition = 'decided' and n.type = 'transaction' and n.first_of_identity
  and not exists (
    select from dw.processed_transactions as t where t.transaction_id = n.identity and t.user_id = n.user_id
  );
