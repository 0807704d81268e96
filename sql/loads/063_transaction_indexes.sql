do $$
declare
  one text;
begin
  for one in select definition from postponed_indexes where of_table = 'dw.processed_transactions'::regclass loop
    execute one;
  end loop;
end
$$;
