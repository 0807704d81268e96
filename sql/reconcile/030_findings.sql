-- grain: one thing that is wrong with one position
create temporary table findings (
  kind text not null,
  stream text not null,
  shard integer not null,
  seq text collate "C" not null
) on commit drop;
