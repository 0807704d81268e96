analyze arrived_applications, arrived_activity, changed_alerts;
