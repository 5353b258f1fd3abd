-- A statement asks which dossiers are the caller's once for each guarded table that it names, and the reads of one page name some forty of
-- them: a quarter of what Postgres does for a page. What was found is kept for the transaction, and found again after a change of référents,
-- or under another seat, structure or day.
create or replace function reach.own() returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
declare
  asked text := caller.seat() || ' ' || caller.today() || ' ';
  kept text := current_setting('jalons.reach_own', true);
  found uuid[];
begin
  if starts_with(kept, asked) then
    return query select unnest(substr(kept, length(asked) + 1)::uuid[]);
    return;
  end if;
  found := array(
    select dossier from dossiers.referent
    where account = caller.seat() and from_date <= caller.today()
      and (until_date is null or until_date >= caller.today()));
  perform set_config('jalons.reach_own', asked || found::text, true);
  return query select unnest(found);
end $$;

create or replace function reach.organisation() returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
declare
  asked text := caller.organisation() || ' ' || caller.today() || ' ';
  kept text := current_setting('jalons.reach_organisation', true);
  found uuid[];
begin
  if starts_with(kept, asked) then
    return query select unnest(substr(kept, length(asked) + 1)::uuid[]);
    return;
  end if;
  found := array(
    select dossier from dossiers.referent
    where organisation = caller.organisation() and from_date <= caller.today()
      and (until_date is null or until_date >= caller.today()));
  perform set_config('jalons.reach_organisation', asked || found::text, true);
  return query select unnest(found);
end $$;

create function dossiers.reach_changed() returns trigger language plpgsql as $$
begin
  perform set_config('jalons.reach_own', '', true), set_config('jalons.reach_organisation', '', true);
  return null;
end $$;
create trigger reach_changed after insert or update or delete on dossiers.referent
for each statement execute function dossiers.reach_changed();
