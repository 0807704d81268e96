analyze consent_changes;
