-- grain: stream × hour of arrival. Accounting: every position counts, whoever it is about.
create view bi.arrivals as
select
  stream,
  hour,
  (hour at time zone 'utc')::date as date,
  received,
  decided,
  quarantined,
  duplicates,
  conflicts,
  undecided
from dw.hourly_arrivals;
