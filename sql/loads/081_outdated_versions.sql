-- The versions of each of these users are made again (082, 083), so that a late record finds its place whatever was
-- loaded before it.
delete from dw.dim_user_history as h
using stating_users as n
where h.user_id = n.user_id;
