-- grain: one user who refuses analytics and did not at the last export, or the other way round
create temporary table consent_changes on commit drop as
select user_id, r.user_id is not null as refuses
from dw.analytics_refusals as r
full join ops.lake_refusals as l using (user_id)
where r.user_id is null or l.user_id is null;
