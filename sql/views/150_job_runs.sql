-- grain: run × job × source × target
create view bi.job_runs as
select
  job,
  source,
  target,
  run_id,
  (started at time zone 'utc')::date as date,
  started,
  finished,
  extract(epoch from finished - started)::numeric(12, 3) as duration_seconds,
  rows_in,
  rows_out,
  status,
  policy_version,
  detail
from dw.metadata_table;
