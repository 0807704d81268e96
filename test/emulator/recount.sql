-- What the policy `founding` says of every record that was sent, written from the contract alone: nothing of the code
-- under test is used here. `raw` holds the records as they were sent, in the order of their lines; a customer's records
-- keep that order on their way.

-- grain: one record; null where it is no JSON object
create temporary table sent as
select
  line,
  stream,
  case when data is json object then data::jsonb end as record
from raw;

-- grain: one application record that passes the checks
create temporary table valid_applications as
with members as (
  select
    line,
    record,
    btrim(record ->> 'application_id') as application_id,
    btrim(record ->> 'user_id') as user_id,
    coalesce((record ->> 'revision')::bigint, 1) as revision,
    case when jsonb_typeof(record -> 'credit_score') = 'number' then (record ->> 'credit_score')::numeric end as score,
    case
      when jsonb_typeof(record -> 'loan_amount') = 'number' then (record ->> 'loan_amount')::numeric
      when record ->> 'loan_amount' ~ '^\d+(\.\d{1,2})?$' then (record ->> 'loan_amount')::numeric
    end as amount,
    'epoch'::timestamptz + (record ->> 'timestamp')::bigint * interval '1 millisecond' as event_time,
    coalesce((record -> 'consent' ->> 'scoring')::boolean, true) as scoring
  from sent
  where stream = 'credit_applications' and record is not null
)
select *
from members
where
  application_id <> ''
  and user_id <> ''
  and event_time is not null
  and score = trunc(score) and score between 300 and 850
  and amount > 0 and amount <= 10000000.00 and amount = round(amount, 2);

-- grain: one application record that passes the checks, with what became of it
create temporary table counted_applications as
select
  line, application_id, user_id, revision, score::integer as credit_score, amount::numeric(12, 2) as loan_amount,
  event_time, scoring,
  case
    when row_number() over same = 1 then 'decided'
    when record = first_value(record) over same then 'duplicate'
    else 'conflict'
  end as disposition,
  score < 450 and amount > 15000.00 as alerted,
  case
    when not scoring then null
    when score < 500 then 'High'
    when score < 700 then 'Medium'
    else 'Low'
  end as risk_level,
  case
    when not scoring then 'Under Review'
    when score < 450 and amount > 15000.00 then 'Under Review'
    when score < 500 then 'Rejected'
    when score >= 600 and amount <= 15000.00 then 'Approved'
    else 'Under Review'
  end as outcome
from valid_applications
window same as (partition by user_id, application_id, revision order by line);

-- grain: one decided revision
create temporary table expected_decisions as
select
  application_id, user_id, revision, risk_level, outcome, alerted,
  row_number() over (partition by user_id, application_id order by line) > 1 as amendment
from counted_applications
where disposition = 'decided';

-- grain: one alert; a revision is alerted on its own
create temporary table expected_alerts as
select application_id, user_id, revision, 'R001' as rule_id, 'review' as severity, 'Risky transaction' as reason
from counted_applications
where disposition = 'decided' and alerted;

-- grain: one application, its highest revision
create temporary table expected_facts as
select distinct on (user_id, application_id)
  application_id, user_id, revision, event_time, credit_score, loan_amount, risk_level, alerted as is_fraud,
  outcome as approval_status
from counted_applications
where disposition = 'decided'
order by user_id, application_id, revision desc;

-- grain: one application with consent to scoring
create temporary table expected_scores as
select f.application_id, f.user_id, f.credit_score, f.loan_amount, f.risk_level, f.event_time as timestamp
from expected_facts as f
inner join counted_applications as c using (application_id, user_id, revision)
where c.disposition = 'decided' and c.scoring;

-- grain: one transaction; its identity is (user, transaction)
create temporary table counted_transactions as
select
  line,
  record ->> 'transaction_id' as transaction_id,
  record ->> 'user_id' as user_id,
  (record ->> 'amount')::numeric(12, 2) as amount,
  'epoch'::timestamptz + (record ->> 'timestamp')::bigint * interval '1 millisecond' as timestamp,
  record ->> 'merchant' as merchant,
  case
    when row_number() over same = 1 then 'decided'
    when record = first_value(record) over same then 'duplicate'
    else 'conflict'
  end as disposition
from sent
where
  stream = 'account_activity' and record ->> 'type' = 'transaction'
  and record ->> 'transaction_id' is not null
  and jsonb_typeof(record -> 'amount') = 'number' and (record ->> 'amount')::numeric > 0
window same as (partition by record ->> 'user_id', record ->> 'transaction_id' order by line);

-- grain: one transaction; `founding` has no rule on any
create temporary table expected_transactions as
select transaction_id, user_id, amount, timestamp, merchant, false as is_fraud
from counted_transactions
where disposition = 'decided';

-- grain: one stream and disposition
create temporary table expected_dispositions as
select stream, disposition, count(*)::integer as records
from (
  select 'credit_applications' as stream, coalesce(c.disposition, 'quarantined') as disposition
  from sent
  left join counted_applications as c using (line)
  where sent.stream = 'credit_applications'
  union all
  select 'account_activity', coalesce(c.disposition, 'quarantined')
  from sent
  left join counted_transactions as c using (line)
  where sent.stream = 'account_activity'
) as every_record
group by stream, disposition;
