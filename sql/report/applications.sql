-- What became of each position of credit_applications: in the log, or with a receipt, or both.
select
  count(*)::integer as received,
  count(*) filter (where r.disposition = 'decided')::integer as decided,
  count(*) filter (where r.disposition = 'duplicate')::integer as duplicate,
  count(*) filter (where r.disposition = 'conflict')::integer as conflict,
  count(*) filter (where r.disposition = 'quarantined')::integer as quarantined,
  count(*) filter (where r.disposition = 'undecided')::integer as undecided,
  count(*) filter (where r.disposition = 'decided' and r.amendment)::integer as amendments,
  count(*) filter (where r.disposition = 'decided' and r.risk_level is null)::integer as "withoutConsent"
from staging.applications as l
full join staging.application_receipts as r using (shard, seq)
