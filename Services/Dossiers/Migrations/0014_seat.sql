-- Whoever acts in the place of a colleague away reaches that colleague's dossiers.
create or replace function reach.own() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select dossier from dossiers.referent
  where account = caller.seat() and from_date <= caller.today()
    and (until_date is null or until_date >= caller.today())
$$;
