-- grain: one position of credit_applications whose record states a name, an age or a gender
create table restricted.staged_applicants (
  shard integer not null,
  seq text collate "C" not null,
  load_id integer not null,
  name text,
  age double precision,
  gender text,
  constraint staged_applicants_pk primary key (shard, seq)
);
create index staged_applicants_load_idx on restricted.staged_applicants
  using brin (load_id) with (pages_per_range = 32);

-- grain: one user who ever stated a name, an age or a gender: the latest decided statement
create table restricted.applicants (
  user_id text collate "C" not null,
  name text,
  age double precision,
  gender text,
  stated_at timestamptz not null,
  shard integer not null,
  seq text collate "C" not null,
  constraint applicants_pk primary key (user_id)
);
