update ops.ledger as l
set consumed_run = current_setting('load.run')
from new_loads as n
where l.load_id = n.load_id;
