-- The rooms of the warehouse. Table names without a schema mean those of dw.
create schema staging;
create schema dw;
create schema restricted;
create schema bi;

comment on schema staging is 'what the log and the receipts say, one row a position';
comment on schema dw is 'the star schema and the tables that analysts read';
comment on schema ops is 'ledger, marks and findings of the pipeline itself';
comment on schema restricted is 'personal data: name, age, gender';
comment on schema bi is 'views for business intelligence tools';

do $$
begin
  execute format('alter database %I set search_path = dw, public', current_database());
end
$$;
