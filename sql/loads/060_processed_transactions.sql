-- Of one transaction the lowest position stands.
insert into dw.processed_transactions as t (
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
on conflict (transaction_id, user_id) do update set
  amount = excluded.amount,
  timestamp = excluded.timestamp,
  ingest_time = excluded.ingest_time,
  location = excluded.location,
  merchant = excluded.merchant,
  card_type = excluded.card_type,
  device_id = excluded.device_id,
  latitude = excluded.latitude,
  longitude = excluded.longitude,
  credit_score = excluded.credit_score,
  risk_level = excluded.risk_level,
  is_fraud = excluded.is_fraud,
  policy_key = excluded.policy_key,
  shard = excluded.shard,
  seq = excluded.seq
where (excluded.seq, excluded.shard) < (t.seq, t.shard);
