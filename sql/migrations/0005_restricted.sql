-- grain: one position of credit_applications whose record states a name, an age or a gender. It has no key of its own:
-- a row comes in with its position, whose key is that of staging.applications.
create table restricted.staged_applicants (
  shard integer not null,
  seq text collate "C" not null,
  load_id integer not null,
  name text,
  age double precision,
  gender text
);
create index staged_applicants_load_idx on restricted.staged_applicants
  using brin (load_id) with (pages_per_range = 32);

-- grain: one user who ever stated a name, an age or a gender: the latest decided statement, by event time, then position
create view restricted.applicants as
select distinct on (l.user_id) l.user_id, p.name, p.age, p.gender, l.event_time as stated_at
from restricted.staged_applicants as p
join staging.applications as l using (shard, seq)
join staging.application_receipts as r using (shard, seq)
where r.disposition = 'decided'
order by l.user_id, l.event_time desc, p.seq desc, p.shard desc;
