-- grain: a failed check, without the record itself. A quarantined record says of nobody who it is about.
create view bi.data_quality_issues as
select
  d.id,
  d.stream,
  d.record_id,
  (d.timestamp at time zone 'utc')::date as date,
  d.timestamp as arrival,
  d.check_type,
  d.field,
  d.reason,
  d.check_type not in ('invalid_optional_field', 'conflicting_record', 'reused_application_id') as quarantined
from dw.data_quality_issues as d
where not exists (select from dw.analytics_refusals as r where r.user_id = d.user_id)
  and not exists (
    select from dw.fact_loan_application as refusing
    where not refusing.analytics_consent
      and refusing.user_id = d.user_id and refusing.application_id = d.application_id
  );
