analyze stream_positions, dw.loan_application_revisions, dw.processed_transactions, dw.account_events;
