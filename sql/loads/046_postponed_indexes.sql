-- grain: one index of a large table that has no row yet. Into an empty table the rows go first and the indexes are
-- built over them (052, 063), at a quarter of the cost: what the first load of a warehouse mostly consists of. Nobody
-- misses an index of an empty table, but until this load commits a reader of these two waits.
create temporary table postponed_indexes on commit drop as
select indrelid as of_table, indexrelid::regclass as index, pg_get_indexdef(indexrelid) as definition
from pg_index
where not indisprimary
  and (
    (indrelid = 'dw.fact_loan_application'::regclass and not exists (select from dw.fact_loan_application))
    or (indrelid = 'dw.processed_transactions'::regclass and not exists (select from dw.processed_transactions))
  );
