do $$
declare
  one regclass;
begin
  for one in select index from postponed_indexes loop
    execute format('drop index %s', one);
  end loop;
end
$$;
