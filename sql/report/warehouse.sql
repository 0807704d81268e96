select
  (select count(*) from dw.credit_scores)::integer as credit_scores,
  (select count(*) from dw.data_quality_issues)::integer as data_quality_issues,
  (select count(*) from dw.fact_loan_application)::integer as fact_loan_application,
  (select count(*) from dw.processed_transactions)::integer as processed_transactions,
  (select count(*) from dw.account_events)::integer as account_events,
  (select count(*) from dw.dim_user)::integer as dim_user,
  (select count(*) from dw.fraud_alerts)::integer as fraud_alerts
