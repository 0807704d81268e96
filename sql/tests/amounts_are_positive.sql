select application_id as key from dw.fact_loan_application where loan_amount <= 0
union all
select transaction_id from dw.processed_transactions where amount <= 0
