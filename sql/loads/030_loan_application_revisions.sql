-- Of one revision the lowest position stands, whichever was loaded first.
insert into dw.loan_application_revisions as t (
  application_id, user_id, revision, shard, seq, event_time, ingest_time,
  credit_score, loan_amount, risk_level, approval_status, region, analytics_consent, policy_key
)
select
  application_id, user_id, revision, shard, seq, event_time, arrival,
  credit_score, loan_amount, risk_level, outcome, region, analytics_consent, policy_key
from arrived_applications
where disposition = 'decided' and first_of_revision
on conflict (user_id, application_id, revision) do update set
  shard = excluded.shard,
  seq = excluded.seq,
  event_time = excluded.event_time,
  ingest_time = excluded.ingest_time,
  credit_score = excluded.credit_score,
  loan_amount = excluded.loan_amount,
  risk_level = excluded.risk_level,
  approval_status = excluded.approval_status,
  region = excluded.region,
  analytics_consent = excluded.analytics_consent,
  policy_key = excluded.policy_key
where (excluded.seq, excluded.shard) < (t.seq, t.shard);
