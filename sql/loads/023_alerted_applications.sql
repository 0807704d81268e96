-- grain: one revision of an arrived application that has alerts
create temporary table alerted_applications on commit drop as
select application_id, user_id, revision, bool_or(status = 'confirmed_fraud') as confirmed
from dw.fraud_alerts
where subject_kind = 'application'
  and application_id in (select application_id from arrived_applications where disposition = 'decided')
group by application_id, user_id, revision;
