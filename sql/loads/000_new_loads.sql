-- grain: one load that no warehouse load has read; what is loaded into staging from here on waits for the next one
create temporary table new_loads on commit drop as
select load_id from ops.ledger where consumed_run is null;
