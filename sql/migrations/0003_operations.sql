-- grain: one object of the log or of the receipts that is in staging. It commits together with its rows.
create table ops.ledger (
  object_key text collate "C" not null,
  load_id integer generated always as identity,
  kind text not null,
  stream text not null,
  shard integer not null,
  -- positions in the object, and how many of them were new to staging
  rows integer not null,
  rows_new integer not null,
  run_id text not null,
  loaded_at timestamptz not null default now(),
  -- the run whose warehouse load read it; null until then
  consumed_run text,
  constraint ledger_pk primary key (object_key),
  constraint ledger_load_uq unique (load_id),
  constraint ledger_kind_ck check (kind in ('log', 'receipts'))
);
create index ledger_unconsumed_idx on ops.ledger (load_id) where consumed_run is null;

-- grain: one object that could not be read. It stays listed with the run that loaded it in the end, or null.
create table ops.object_failures (
  object_key text collate "C" not null,
  kind text not null,
  reason text not null,
  attempts integer not null,
  first_run text not null,
  last_run text not null,
  loaded_run text,
  constraint object_failures_pk primary key (object_key)
);

-- grain: one shard that was met; how its number is written in full
create table ops.shards (
  stream text not null,
  shard integer not null,
  shard_id text not null,
  constraint shards_pk primary key (stream, shard)
);

-- grain: one shard; reconcile has accounted for every position of the stream up to here
create table ops.stream_marks (
  stream text not null,
  shard_id text not null,
  seq text collate "C" not null,
  run_id text not null,
  constraint stream_marks_pk primary key (stream, shard_id)
);

-- grain: one position that the stream had and the log did not, when last compared
create table ops.unarchived_positions (
  stream text not null,
  shard integer not null,
  seq text collate "C" not null,
  arrival timestamptz not null,
  constraint unarchived_positions_pk primary key (stream, shard, seq)
);

-- grain: one position that two objects tell differently; the first one loaded stays
create table ops.position_conflicts (
  stream text not null,
  kind text not null,
  shard integer not null,
  seq text collate "C" not null,
  object_key text collate "C" not null,
  constraint position_conflicts_pk primary key (stream, kind, shard, seq, object_key)
);
create view ops.receipt_conflicts as
select stream, shard, seq, object_key from ops.position_conflicts where kind = 'receipts';

-- grain: a single row; alerts updated up to here were extracted
create table ops.alert_watermark (
  only_one boolean not null default true,
  updated_at text not null,
  alert_id text not null,
  run_id text not null,
  constraint alert_watermark_pk primary key (only_one),
  constraint alert_watermark_single_ck check (only_one)
);

-- grain: one alert that changed since the warehouse load last looked at its fact
create table ops.changed_alerts (
  alert_id text collate "C" not null,
  constraint changed_alerts_pk primary key (alert_id)
);

-- grain: one reconciliation
create table ops.reconciliations (
  run_id text not null,
  at timestamptz not null,
  pending integer not null,
  missing integer not null,
  unexpected integer not null,
  parity_differences integer not null,
  -- up to 50 positions of each kind
  examples jsonb not null,
  constraint reconciliations_pk primary key (run_id)
);

-- How a position is named everywhere: stream/shard/seq.
create function ops.position_id(stream text, shard integer, seq text) returns text
language sql stable parallel safe
return position_id.stream || '/' || coalesce(
  (select s.shard_id from ops.shards s where s.stream = position_id.stream and s.shard = position_id.shard),
  position_id.shard::text
) || '/' || position_id.seq;
