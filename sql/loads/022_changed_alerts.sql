-- grain: one alert that changed since the last load; what is extracted while this load runs waits for the next one
create temporary table changed_alerts on commit drop as
select a.alert_id, a.subject_kind, a.user_id, a.application_id, a.revision, a.transaction_id
from ops.changed_alerts as c
join dw.fraud_alerts as a using (alert_id);
