-- The versions of each user who stated something anew are made again from all that the user ever stated (082), so that
-- a late record finds its place whatever was loaded before it.
delete from dw.dim_user_history as h
using (select distinct user_id from arrived_applications where disposition = 'decided' and region is not null) as n
where h.user_id = n.user_id;
