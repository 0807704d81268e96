-- An alert that came after its transaction was loaded corrects it. Alerts are never taken back.
update dw.processed_transactions as t
set is_fraud = true
from changed_alerts as c
where c.subject_kind = 'transaction' and t.transaction_id = c.transaction_id and t.user_id = c.user_id
  and not t.is_fraud;
