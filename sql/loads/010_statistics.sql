-- The joins below are planned for what was just loaded, not for what the server last happened to look at.
analyze staging.applications, staging.application_receipts, staging.activity, staging.activity_receipts,
  staging.issues, staging.raw_records;
