-- What the views of bi stand on: who refused analytics, decisions of people, and counts by day and hour that the load
-- keeps, so that a dashboard need not read every fact. docs/decisions/0006-consent-to-analytics.md

-- What is asked of a warehouse is done before it is compiled. (Of connections made from now on.)
do $$
begin
  execute format('alter database %I set jit = off', current_database());
end
$$;

-- grain: one person whose newest decided statement (event time, then position) refuses analytics
create table dw.analytics_refusals (
  user_id text collate "C" not null,
  constraint analytics_refusals_pk primary key (user_id)
);

-- few: the revisions that refuse
create index fact_loan_application_refused_idx on dw.fact_loan_application (user_id, application_id)
  where not analytics_consent;
create index superseded_revisions_refused_idx on dw.superseded_revisions (user_id) where not analytics_consent;

-- newest first, and all of a day
create index fact_loan_application_event_idx on dw.fact_loan_application (event_time);
create index processed_transactions_event_idx on dw.processed_transactions (timestamp);
create index fraud_alerts_event_idx on dw.fraud_alerts (event_time);

-- What the views make of a column, so that the planner knows how much of a table a filter leaves: without it a page of 50
-- would be looked for in all of the table.
create statistics dw.fact_loan_application_date_stats on ((event_time at time zone 'utc')::date)
  from dw.fact_loan_application;
create statistics dw.fact_loan_application_region_stats on (coalesce(region, 'Unknown')) from dw.fact_loan_application;
create statistics dw.fact_loan_application_risk_stats on (coalesce(risk_level, 'Not scored'))
  from dw.fact_loan_application;
create statistics dw.processed_transactions_date_stats on ((timestamp at time zone 'utc')::date)
  from dw.processed_transactions;
create statistics dw.processed_transactions_location_stats on (coalesce(location, 'Unknown'))
  from dw.processed_transactions;
create statistics dw.processed_transactions_card_stats on (coalesce(card_type, 'Unknown'))
  from dw.processed_transactions;
create statistics dw.processed_transactions_risk_stats on (coalesce(risk_level, 'Not scored'))
  from dw.processed_transactions;
create statistics dw.fraud_alerts_date_stats on ((event_time at time zone 'utc')::date) from dw.fraud_alerts;
create statistics dw.data_quality_issues_date_stats on ((timestamp at time zone 'utc')::date)
  from dw.data_quality_issues;

-- Of whom an issue tells, where the record could be read: null for one that was quarantined.
alter table dw.data_quality_issues
  add column user_id text collate "C",
  add column application_id text collate "C";
create index data_quality_issues_newest_idx on dw.data_quality_issues (timestamp);

-- The document as it was published.
alter table dw.dim_policy add column document jsonb;

-- grain: one decision of a person on one revision of an application; none is ever changed
create table dw.review_decisions (
  review_id text collate "C" not null,
  application_id text collate "C" not null,
  user_id text collate "C" not null,
  revision bigint not null,
  decision text not null,
  reviewer text not null,
  reason text not null,
  decided_at timestamptz not null,
  -- how many decisions on this revision the person had seen: 0, 1 and so on; the greatest one holds
  ordinal integer not null,
  constraint review_decisions_pk primary key (review_id),
  constraint review_decisions_ordinal_uq unique (user_id, application_id, revision, ordinal),
  constraint review_decisions_decision_ck check (decision in ('Approved', 'Rejected')),
  constraint review_decisions_ordinal_ck check (ordinal >= 0)
);

create index review_decisions_newest_idx on dw.review_decisions (decided_at);

-- grain: date × region × risk_level × approval_status × is_fraud × fraud_confirmed × score_bin × withheld, of the
-- current revisions of applications
create table dw.daily_applications (
  date date not null,
  region text not null,
  risk_level text not null,
  approval_status text not null,
  is_fraud boolean not null,
  fraud_confirmed boolean not null,
  -- lower edge of ten points
  score_bin smallint not null,
  -- the person or the application refuses analytics
  withheld boolean not null,
  applications bigint not null,
  loan_amount numeric(20, 2) not null,
  credit_score_sum bigint not null,
  constraint daily_applications_pk primary key (
    date, region, risk_level, approval_status, is_fraud, fraud_confirmed, score_bin, withheld
  )
);

-- grain: date × location × card_type × risk_level × is_fraud × withheld, of transactions
create table dw.daily_transactions (
  date date not null,
  location text not null,
  card_type text not null,
  risk_level text not null,
  is_fraud boolean not null,
  withheld boolean not null,
  transactions bigint not null,
  amount numeric(20, 2) not null,
  constraint daily_transactions_pk primary key (date, location, card_type, risk_level, is_fraud, withheld)
);

-- grain: stream × hour of arrival (UTC)
create table dw.hourly_arrivals (
  stream text not null,
  hour timestamptz not null,
  -- positions in the log, or with a receipt, or both
  received bigint not null,
  decided bigint not null,
  quarantined bigint not null,
  duplicates bigint not null,
  conflicts bigint not null,
  undecided bigint not null,
  last_arrival timestamptz not null,
  constraint hourly_arrivals_pk primary key (stream, hour)
);

-- Rows come in about in the order of arrival, so a block range index finds those of an hour at next to no cost.
create index applications_arrival_idx on staging.applications using brin (arrival) with (pages_per_range = 32);
create index activity_arrival_idx on staging.activity using brin (arrival) with (pages_per_range = 32);
create index application_receipts_arrival_idx on staging.application_receipts
  using brin (arrival) with (pages_per_range = 32);
create index activity_receipts_arrival_idx on staging.activity_receipts using brin (arrival) with (pages_per_range = 32);

-- A day and an hour counted anew: what loads put into the tables above.
create function dw.count_applications(day date) returns setof dw.daily_applications
language sql stable parallel safe
begin atomic
  select
    count_applications.day,
    coalesce(f.region, 'Unknown'),
    coalesce(f.risk_level, 'Not scored'),
    f.approval_status,
    f.is_fraud,
    f.fraud_confirmed,
    (f.credit_score / 10 * 10)::smallint,
    not f.analytics_consent or r.user_id is not null,
    count(*),
    sum(f.loan_amount),
    sum(f.credit_score)
  from dw.fact_loan_application as f
  left join dw.analytics_refusals as r using (user_id)
  where f.event_time >= count_applications.day::timestamp at time zone 'utc'
    and f.event_time < (count_applications.day + 1)::timestamp at time zone 'utc'
  group by 2, 3, 4, 5, 6, 7, 8;
end;

create function dw.count_transactions(day date) returns setof dw.daily_transactions
language sql stable parallel safe
begin atomic
  select
    count_transactions.day,
    coalesce(t.location, 'Unknown'),
    coalesce(t.card_type, 'Unknown'),
    coalesce(t.risk_level, 'Not scored'),
    t.is_fraud,
    r.user_id is not null,
    count(*),
    sum(t.amount)
  from dw.processed_transactions as t
  left join dw.analytics_refusals as r using (user_id)
  where t.timestamp >= count_transactions.day::timestamp at time zone 'utc'
    and t.timestamp < (count_transactions.day + 1)::timestamp at time zone 'utc'
  group by 2, 3, 4, 5, 6;
end;

-- A position is in the log, or has a receipt, or both; both say when it arrived.
create function dw.count_arrivals(hour timestamptz) returns setof dw.hourly_arrivals
language sql stable parallel safe
begin atomic
  select
    p.stream,
    count_arrivals.hour,
    count(*),
    count(*) filter (where p.disposition = 'decided'),
    count(*) filter (where p.disposition = 'quarantined'),
    count(*) filter (where p.disposition = 'duplicate'),
    count(*) filter (where p.disposition = 'conflict'),
    count(*) filter (where p.disposition = 'undecided'),
    max(p.arrival)
  from (
    select 'credit_applications' as stream, r.disposition, coalesce(l.arrival, r.arrival) as arrival
    from (
      select shard, seq, arrival
      from staging.applications
      where arrival >= count_arrivals.hour and arrival < count_arrivals.hour + interval '1 hour'
    ) as l
    full join (
      select shard, seq, arrival, disposition
      from staging.application_receipts
      where arrival >= count_arrivals.hour and arrival < count_arrivals.hour + interval '1 hour'
    ) as r using (shard, seq)
    union all
    select 'account_activity' as stream, r.disposition, coalesce(l.arrival, r.arrival) as arrival
    from (
      select shard, seq, arrival
      from staging.activity
      where arrival >= count_arrivals.hour and arrival < count_arrivals.hour + interval '1 hour'
    ) as l
    full join (
      select shard, seq, arrival, disposition
      from staging.activity_receipts
      where arrival >= count_arrivals.hour and arrival < count_arrivals.hour + interval '1 hour'
    ) as r using (shard, seq)
  ) as p
  group by p.stream;
end;

-- What earlier loads have brought.
update dw.data_quality_issues as d
set user_id = l.user_id, application_id = l.application_id
from staging.applications as l
where d.stream = 'credit_applications' and l.shard = d.shard and l.seq = d.seq and l.user_id is not null;

update dw.data_quality_issues as d
set user_id = l.user_id
from staging.activity as l
where d.stream = 'account_activity' and l.shard = d.shard and l.seq = d.seq and l.user_id is not null;

insert into dw.analytics_refusals (user_id)
select user_id
from (
  select distinct on (user_id) user_id, analytics_consent
  from dw.loan_application_revisions
  where user_id in (select user_id from dw.loan_application_revisions where not analytics_consent)
  order by user_id, event_time desc, seq desc, shard desc
) as newest
where not analytics_consent;

insert into dw.daily_applications
select c.* from dw.dim_time as d cross join lateral dw.count_applications(d.date) as c;

insert into dw.daily_transactions
select c.* from dw.dim_time as d cross join lateral dw.count_transactions(d.date) as c;

insert into dw.hourly_arrivals
select c.*
from (
  select date_trunc('hour', arrival, 'utc') as hour from staging.applications
  union
  select date_trunc('hour', arrival, 'utc') from staging.application_receipts
  union
  select date_trunc('hour', arrival, 'utc') from staging.activity
  union
  select date_trunc('hour', arrival, 'utc') from staging.activity_receipts
) as h
cross join lateral dw.count_arrivals(h.hour) as c;
