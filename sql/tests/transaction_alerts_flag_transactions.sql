-- is_fraud = any alert on the transaction.
select t.transaction_id
from dw.processed_transactions as t
left join (
  select distinct transaction_id, user_id
  from dw.fraud_alerts
  where subject_kind = 'transaction' and alert_id not in (select alert_id from ops.changed_alerts)
) as a using (transaction_id, user_id)
where t.is_fraud <> (a.transaction_id is not null)
  and not exists (
    select from ops.changed_alerts as c
    join dw.fraud_alerts as w using (alert_id)
    where w.transaction_id = t.transaction_id and w.user_id = t.user_id
  )
