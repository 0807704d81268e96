insert into dw.hourly_arrivals (
  stream, hour, received, decided, quarantined, duplicates, conflicts, undecided, last_arrival
)
select
  c.stream, c.hour, c.received, c.decided, c.quarantined, c.duplicates, c.conflicts, c.undecided, c.last_arrival
from touched_hours as n
cross join lateral dw.count_arrivals(n.hour) as c;
