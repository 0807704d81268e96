insert into findings (kind, stream, shard, seq)
select distinct 'unexpected', stream, shard, seq
from ops.position_conflicts;
