-- grain: one hour (UTC) of whose arrivals something is newly loaded, whether or not its other half is there
create temporary table touched_hours on commit drop as
select date_trunc('hour', arrival, 'utc') as hour
from staging.applications
where load_id >= current_setting('load.first')::integer
union
select date_trunc('hour', arrival, 'utc')
from staging.application_receipts
where load_id >= current_setting('load.first')::integer
union
select date_trunc('hour', arrival, 'utc')
from staging.activity
where load_id >= current_setting('load.first')::integer
union
select date_trunc('hour', arrival, 'utc')
from staging.activity_receipts
where load_id >= current_setting('load.first')::integer;
