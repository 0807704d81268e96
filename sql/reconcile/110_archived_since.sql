delete from ops.unarchived_positions as u
where exists (select from staging.applications as l
    where u.stream = 'credit_applications' and l.shard = u.shard and l.seq = u.seq)
  or exists (select from staging.activity as l
    where u.stream = 'account_activity' and l.shard = u.shard and l.seq = u.seq);
