-- Whoever acts in the place of a colleague away manages that colleague's operations.
create or replace function reach.operation() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select p.dossier from fse.participation p join fse.operation o on o.id = p.operation
  where caller.seat() = any (o.managers)
$$;
alter policy managed on fse.participation using (exists (
  select from fse.operation o where o.id = participation.operation and caller.seat() = any (o.managers)));
