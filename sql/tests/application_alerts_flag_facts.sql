-- is_fraud = an alert on the current revision; fraud_confirmed = a person confirmed one.
select f.application_id
from dw.fact_loan_application as f
left join (
  select application_id, user_id, revision, bool_or(status = 'confirmed_fraud') as confirmed
  from dw.fraud_alerts
  where subject_kind = 'application' and alert_id not in (select alert_id from ops.changed_alerts)
  group by application_id, user_id, revision
) as a using (application_id, user_id, revision)
where (f.is_fraud, f.fraud_confirmed) is distinct from (a.revision is not null, coalesce(a.confirmed, false))
  and not exists (
    select from ops.changed_alerts as c
    join dw.fraud_alerts as w using (alert_id)
    where w.application_id = f.application_id and w.user_id = f.user_id
  )
