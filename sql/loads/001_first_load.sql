-- Staging rows from this load on are looked at. (A setting, so that the planner knows its value.)
select set_config('load.first', coalesce(min(load_id), 2147483647)::text, true) from new_loads;
