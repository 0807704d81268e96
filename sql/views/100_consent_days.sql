-- grain: date. Counts of all applications, and of those that the other views leave out or that refuse scoring.
create view bi.consent_days as
select
  date,
  coalesce(sum(applications) filter (where withheld), 0)::bigint as refused_analytics,
  coalesce(sum(applications) filter (where risk_level = 'Not scored'), 0)::bigint as refused_scoring,
  sum(applications)::bigint as applications
from dw.daily_applications
group by date;
