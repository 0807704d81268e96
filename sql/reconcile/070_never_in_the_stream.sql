-- A receipt of a position that neither the log nor the stream has.
update findings as f
set kind = case
  when exists (
    select from stream_positions as s where s.stream = f.stream and s.shard = f.shard and s.seq = f.seq
  ) then 'missing'
  else 'unexpected'
end
where f.kind = 'unarchived';
