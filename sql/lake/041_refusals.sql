insert into ops.lake_refusals (user_id)
select user_id from consent_changes where refuses;
