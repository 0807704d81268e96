-- Every decided application record, amendments too.
select r.risk_level as name, count(*)::integer as count
from staging.application_receipts as r
join dw.dim_risk as d using (risk_level)
where r.disposition = 'decided'
group by r.risk_level
order by min(array_position(array['High', 'Medium', 'Low'], r.risk_level))
