-- grain: one user of a decided record that has arrived, and whether an application is among them. In the order of the
-- keys that are made of them, which builds their indexes at half the cost.
create temporary table arrived_users on commit drop as
select user_id, bool_or(applied) as applied
from (
  select user_id, true as applied from arrived_applications where disposition = 'decided'
  union all
  select user_id, false from arrived_activity where disposition = 'decided'
) as n
group by user_id
order by user_id;
