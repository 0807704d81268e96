-- What is loaded into staging while this run is under way is for the next one.
select set_config('reconcile.unread', coalesce(min(load_id), 2147483647)::text, true)
from ops.ledger
where consumed_run is null;
