-- grain: a reconciliation
create view bi.reconciliations as
select
  run_id,
  at,
  (at at time zone 'utc')::date as date,
  pending,
  missing,
  unexpected,
  parity_differences,
  missing + unexpected + parity_differences as differences
from ops.reconciliations;
