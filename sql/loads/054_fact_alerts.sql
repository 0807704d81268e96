-- An alert that came or changed after its application was loaded corrects the fact.
with touched as (
  select
    f.application_id,
    f.user_id,
    count(a.alert_id) > 0 as alerted,
    coalesce(bool_or(a.status = 'confirmed_fraud'), false) as confirmed
  from (
    select distinct application_id, user_id from changed_alerts where subject_kind = 'application'
  ) as c
  join dw.fact_loan_application as f using (application_id, user_id)
  left join dw.fraud_alerts as a
    on a.subject_kind = 'application'
    and a.application_id = f.application_id and a.user_id = f.user_id and a.revision = f.revision
  group by f.application_id, f.user_id
)
update dw.fact_loan_application as f
set is_fraud = t.alerted, fraud_confirmed = t.confirmed
from touched as t
where f.application_id = t.application_id and f.user_id = t.user_id
  and (f.is_fraud, f.fraud_confirmed) is distinct from (t.alerted, t.confirmed);
