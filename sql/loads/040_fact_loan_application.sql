-- The highest revision of an application stands, of one revision the lowest position; credit_scores follows each fact
-- that changes: it has the current revision where that consents to scoring, and no row where it does not.
with alerts as (
  select application_id, user_id, revision, bool_or(status = 'confirmed_fraud') as confirmed
  from dw.fraud_alerts
  where subject_kind = 'application'
    and (application_id, user_id) in (select application_id, user_id from arrived_applications)
  group by application_id, user_id, revision
),
facts as (
  insert into dw.fact_loan_application as t (
    application_id, user_id, revision, time_id, event_time, ingest_time, credit_score, loan_amount, risk_level,
    is_fraud, fraud_confirmed, approval_status, analytics_consent, policy_key, shard, seq
  )
  select
    n.application_id,
    n.user_id,
    n.revision,
    to_char(n.event_time at time zone 'utc', 'YYYYMMDD')::integer,
    n.event_time,
    n.arrival,
    n.credit_score,
    n.loan_amount,
    n.risk_level,
    a.application_id is not null,
    coalesce(a.confirmed, false),
    n.outcome,
    n.analytics_consent,
    n.policy_key,
    n.shard,
    n.seq
  from arrived_applications as n
  left join alerts as a using (application_id, user_id, revision)
  where n.disposition = 'decided' and n.latest
  on conflict (application_id, user_id) do update set
    revision = excluded.revision,
    time_id = excluded.time_id,
    event_time = excluded.event_time,
    ingest_time = excluded.ingest_time,
    credit_score = excluded.credit_score,
    loan_amount = excluded.loan_amount,
    risk_level = excluded.risk_level,
    is_fraud = excluded.is_fraud,
    fraud_confirmed = excluded.fraud_confirmed,
    approval_status = excluded.approval_status,
    analytics_consent = excluded.analytics_consent,
    policy_key = excluded.policy_key,
    shard = excluded.shard,
    seq = excluded.seq
  where excluded.revision > t.revision
    or (excluded.revision = t.revision and (excluded.seq, excluded.shard) < (t.seq, t.shard))
  returning application_id, user_id, credit_score, loan_amount, risk_level, event_time
),
refused as (
  delete from dw.credit_scores as c
  using facts as f
  where f.risk_level is null and c.application_id = f.application_id and c.user_id = f.user_id
)
insert into dw.credit_scores (application_id, user_id, credit_score, loan_amount, risk_level, timestamp)
select application_id, user_id, credit_score, loan_amount, risk_level, event_time
from facts
where risk_level is not null
on conflict (application_id, user_id) do update set
  credit_score = excluded.credit_score,
  loan_amount = excluded.loan_amount,
  risk_level = excluded.risk_level,
  timestamp = excluded.timestamp;
