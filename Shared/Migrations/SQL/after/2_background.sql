-- The work that a service does in the background sees all rows of its own tables, as `reach_system` does; being a member of
-- `reach_system`, which sees everybody's, is for those who need that (`Roles`).
do $$
declare
  item record;
begin
  for item in
    select p.polname, c.oid::regclass as target, n.nspname || '_system' as own,
      (select string_agg(quote_ident(r.rolname), ', ') from pg_roles r where r.oid = any (p.polroles)) as now
    from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
    where p.polroles @> array[(select oid from pg_roles where rolname = 'reach_system')]
      and exists (select from pg_roles r where r.rolname = n.nspname || '_system' and r.oid <> all (p.polroles))
  loop
    execute format('alter policy %I on %s to %s, %I', item.polname, item.target, item.now, item.own);
  end loop;
end $$;
