-- Users of both streams. What they stated about themselves follows from their history, below.
insert into dw.dim_user (user_id)
select user_id from arrived_applications where disposition = 'decided'
union
select user_id from arrived_activity where disposition = 'decided'
on conflict (user_id) do nothing;
