analyze stream_positions, dw.fact_loan_application, dw.superseded_revisions, dw.processed_transactions,
  dw.account_events;
