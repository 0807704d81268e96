delete from dw.hourly_arrivals as t
using touched_hours as n
where t.hour = n.hour;
