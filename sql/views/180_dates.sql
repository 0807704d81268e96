-- grain: a UTC day, without gaps from the first to the last day that a fact lies on
create view bi.dates as
select date, day, month, quarter, year from dw.dim_time;
