-- An issue of a record fits what became of the record.
select d.id
from dw.data_quality_issues as d
left join (
  select 'credit_applications' as stream, shard, seq, disposition from staging.application_receipts
  union all
  select 'account_activity', shard, seq, disposition from staging.activity_receipts
) as r using (stream, shard, seq)
where r.disposition is distinct from case
  when d.check_type = 'conflicting_record' then 'conflict'
  when d.check_type in ('invalid_optional_field', 'reused_application_id') then 'decided'
  else 'quarantined'
end
