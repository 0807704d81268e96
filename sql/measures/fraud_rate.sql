-- The share of applications with an alert among those of the last day, in percent of the share among those of the 28
-- days before: 200 is twice as many as usual. No row while either side has fewer than 100 applications, or while there
-- was no fraud to compare with. $1: the time from which to look back.
with counted as (
  select
    count(*) filter (where f.ingest_time > $1::timestamptz - interval '1 day') as recent,
    count(*) filter (where f.ingest_time > $1::timestamptz - interval '1 day' and f.is_fraud) as recent_fraud,
    count(*) filter (where f.ingest_time <= $1::timestamptz - interval '1 day') as trailing,
    count(*) filter (where f.ingest_time <= $1::timestamptz - interval '1 day' and f.is_fraud) as trailing_fraud
  from dw.fact_loan_application as f
  where f.ingest_time > $1::timestamptz - interval '29 days' and f.ingest_time <= $1::timestamptz
)
select round(100.0 * recent_fraud * trailing / (recent::numeric * trailing_fraud))::integer as percent
from counted
where recent >= 100 and trailing >= 100 and trailing_fraud > 0
