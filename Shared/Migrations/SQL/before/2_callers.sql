-- Who asks (`caller`), and which dossiers exist for them (`reach`).

create schema if not exists caller;
create or replace function caller.account() returns uuid language sql stable parallel safe as
  $$ select nullif(current_setting('jalons.account', true), '')::uuid $$;
-- Whose dossiers, agenda and operations are the caller's own: a colleague's away, in whose place one acts.
create or replace function caller.seat() returns uuid language sql stable parallel safe as
  $$ select coalesce(nullif(current_setting('jalons.seat', true), '')::uuid, caller.account()) $$;
create or replace function caller.profile() returns text language sql stable parallel safe as
  $$ select coalesce(current_setting('jalons.profile', true), '') $$;
create or replace function caller.territories() returns uuid[] language sql stable parallel safe as
  $$ select coalesce(nullif(current_setting('jalons.territories', true), ''), '{}')::uuid[] $$;
create or replace function caller.organisation() returns uuid language sql stable parallel safe as
  $$ select nullif(current_setting('jalons.organisation', true), '')::uuid $$;
-- The day that the service's clock shows in France, never the server's: nothing where no service asks.
create or replace function caller.today() returns date language sql stable parallel safe as
  $$ select nullif(current_setting('jalons.today', true), '')::date $$;
-- The county's hours, as the service that asks knows them; of mainland France where none does.
create or replace function caller.zone() returns text language sql stable parallel safe as
  $$ select coalesce(nullif(current_setting('jalons.zone', true), ''), 'Europe/Paris') $$;
-- The day on which a moment falls in the county.
create or replace function caller.day(moment timestamptz) returns date language sql stable parallel safe as
  $$ select (moment at time zone caller.zone())::date $$;

-- Which dossiers a scope reaches. The services that know replace these; until then nobody reaches anything.
create schema if not exists reach;
do $$ declare scope text; begin
  foreach scope in array array['own', 'organisation', 'operation', 'enrolled'] loop
    if to_regprocedure('reach.' || scope || '()') is null then
      execute format('create function reach.%I() returns setof uuid language sql stable as
        ''select null::uuid where false''', scope);
    end if;
  end loop;
end $$;
