delete from ops.changed_alerts as c
using changed_alerts as seen
where c.alert_id = seen.alert_id;
