-- The share of applications with an alert among those of the last day, in percent of the share among those of the 28
-- days before: 200 is twice as many as usual. No row while either side has fewer than 100 applications, or while there
-- was no fraud to compare with. $1: the time from which to look back.
with recent_and_before as (
  select
    f.ingest_time > $1::timestamptz - interval '1 day' as is_recent,
    count(*) as applications,
    count(*) filter (where f.is_fraud) as with_alert
  from dw.fact_loan_application as f
  where f.ingest_time > $1::timestamptz - interval '29 days' and f.ingest_time <= $1::timestamptz
  group by is_recent
)
select
  round(100.0 * recent.with_alert * before.applications / (recent.applications * before.with_alert))::integer as percent
from recent_and_before as recent
cross join recent_and_before as before
where recent.is_recent and not before.is_recent
  and recent.applications >= 100 and before.applications >= 100 and before.with_alert > 0
