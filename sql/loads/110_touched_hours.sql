-- grain: one hour (UTC) of whose arrivals something is newly loaded, whether or not its other half is there
create temporary table touched_hours on commit drop as
select date_bin('1 hour', arrival, timestamptz '2000-01-01Z') as hour
from staging.applications
where load_id >= current_setting('load.first')::integer
union
select date_bin('1 hour', arrival, timestamptz '2000-01-01Z')
from staging.application_receipts
where load_id >= current_setting('load.first')::integer
union
select date_bin('1 hour', arrival, timestamptz '2000-01-01Z')
from staging.activity
where load_id >= current_setting('load.first')::integer
union
select date_bin('1 hour', arrival, timestamptz '2000-01-01Z')
from staging.activity_receipts
where load_id >= current_setting('load.first')::integer;
