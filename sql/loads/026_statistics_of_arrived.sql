analyze arrived_applications, arrived_activity, changed_alerts, alerted_applications, arrived_days, arrived_users;
