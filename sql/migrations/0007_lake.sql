-- What the export to the lake remembers between its runs.

-- grain: one day of a table of the lake whose rows changed since it was last written. The mark counts up with each
-- change, so that one which comes while the day is being written is not lost.
create table ops.lake_days (
  table_name text not null,
  day date not null,
  mark integer not null default 0,
  constraint lake_days_pk primary key (table_name, day)
);

-- grain: one object of the lake, as it was last written
create table ops.lake_objects (
  table_name text not null,
  day date not null,
  rows bigint not null,
  bytes bigint not null,
  run_id text not null,
  written_at timestamptz not null default now(),
  constraint lake_objects_pk primary key (table_name, day)
);

-- grain: one table of the lake; the digest of the columns and of the query that its objects were written with
create table ops.lake_formats (
  table_name text not null,
  format text not null,
  constraint lake_formats_pk primary key (table_name)
);

-- grain: one user whom the lake leaves out, as of the last export
create table ops.lake_refusals (
  user_id text collate "C" not null,
  constraint lake_refusals_pk primary key (user_id)
);
