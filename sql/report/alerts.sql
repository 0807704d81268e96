select rule_id as name, count(*)::integer as count from dw.fraud_alerts group by rule_id order by rule_id
