insert into dw.superseded_revisions (
  application_id, user_id, revision, event_time, ingest_time, credit_score, loan_amount, risk_level,
  approval_status, pd, model_version, region, analytics_consent, policy_key, shard, seq
)
select
  application_id, user_id, revision, event_time, ingest_time, credit_score, loan_amount, risk_level,
  approval_status, pd, model_version, region, analytics_consent, policy_key, shard, seq
from contested_revisions
where not is_current;
