-- Every decided application record, amendments too.
select r.outcome as name, count(*)::integer as count
from staging.application_receipts as r
where r.disposition = 'decided'
group by r.outcome
order by r.outcome
