do $$
declare
  one text;
begin
  for one in select definition from postponed_indexes where of_table = 'dw.fact_loan_application'::regclass loop
    execute one;
  end loop;
end
$$;
