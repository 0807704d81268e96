-- grain: one position of credit_applications whose log row or receipt is newly loaded and whose other half is there.
-- What an earlier run has loaded already may be among it: every load below leaves it as it is.
create temporary table arrived_applications on commit drop as
select
  s.shard, s.seq, s.arrival, s.issues, s.user_id, s.application_id, s.revision, s.event_time, s.credit_score,
  s.loan_amount, s.risk_level, s.region, s.analytics_consent, r.disposition, r.outcome, r.policy_key
from staging.applications as s
join staging.application_receipts as r using (shard, seq)
where s.load_id >= current_setting('load.first')::integer
union all
select
  s.shard, s.seq, s.arrival, s.issues, s.user_id, s.application_id, s.revision, s.event_time, s.credit_score,
  s.loan_amount, s.risk_level, s.region, s.analytics_consent, r.disposition, r.outcome, r.policy_key
from staging.application_receipts as r
join staging.applications as s using (shard, seq)
where r.load_id >= current_setting('load.first')::integer and s.load_id < current_setting('load.first')::integer;
