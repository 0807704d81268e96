delete from ops.lake_refusals as l
using consent_changes as c
where c.user_id = l.user_id and not c.refuses;
