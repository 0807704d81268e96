delete from dw.daily_applications as t
using touched_days as n
where t.date = n.date;
