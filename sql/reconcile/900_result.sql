-- Counts and up to 50 named positions of each kind. A position is of one kind: unexpected before missing before
-- pending; a difference of parity is counted beside that.
with positions as (
  select distinct on (stream, shard, seq, kind = 'parity') kind, stream, shard, seq
  from findings
  order by stream, shard, seq, kind = 'parity',
    case kind when 'unexpected' then 1 when 'missing' then 2 else 3 end
),
numbered as (
  select kind, stream, shard, seq, row_number() over (partition by kind order by stream, shard, seq) as n
  from positions
)
select
  kind,
  count(*)::integer as count,
  coalesce(
    array_agg(ops.position_id(stream, shard, seq) order by n) filter (where n <= 50), '{}'
  ) as examples
from numbered
group by kind;
