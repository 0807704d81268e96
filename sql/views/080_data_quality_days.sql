-- grain: date × stream × check_type × quarantined
create view bi.data_quality_days as
select date, stream, check_type, quarantined, count(*) as issues
from bi.data_quality_issues
group by date, stream, check_type, quarantined;
