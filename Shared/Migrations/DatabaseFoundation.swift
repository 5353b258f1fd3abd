/// What every schema stands on: who asks (`caller`), which dossiers exist for them (`reach`), and the two procedures
/// with which a migration protects a table and publishes a view.
enum DatabaseFoundation {
  static let sql = """
    create extension if not exists btree_gin;
    create extension if not exists btree_gist;
    create extension if not exists pg_trgm;
    create extension if not exists unaccent;

    -- Compiling a statement to machine code takes a second of the three that the feed's largest joins last, and never
    -- pays for itself on lists.
    do $$ begin execute format('alter database %I set jit = off', current_database()); end $$;

    create schema if not exists jalons;
    create table if not exists jalons.migration (
      service text not null,
      version int not null,
      name text not null,
      applied_at timestamptz not null default now(),
      primary key (service, version)
    );

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
    create or replace function caller.today() returns date language sql stable parallel safe as
      $$ select coalesce(nullif(current_setting('jalons.today', true), '')::date, current_date) $$;

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

    -- A text as searches see it: without accents, in lower case, with single spaces.
    create or replace function jalons.plain(input text) returns text
    language sql immutable parallel safe strict as
      $$ select btrim(regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, input)), '[^a-z0-9@.]+', ' ', 'g')) $$;

    -- A new identifier (UUIDv7) that sorts by its place among those of the same transaction: rows written in that order
    -- fill their indexes from one end, where random ones would touch every page.
    create or replace function jalons.ordered_id(place bigint) returns uuid language sql volatile parallel safe as
      $$ select (lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0')
        || '7' || lpad(to_hex(place >> 12 & 4095), 3, '0') || '8' || lpad(to_hex(place & 4095), 3, '0')
        || right(gen_random_uuid()::text, 12))::uuid $$;

    -- Row-level security for a table whose rows belong to dossiers. `territory` names the column that carries the
    -- dossier's territory; a table that is only read one dossier at a time may do without.
    create or replace procedure jalons.protect(target regclass, dossier text, territory text default null)
    language plpgsql as $$
    declare
      scope text;
      rule text;
    begin
      execute format('alter table %s enable row level security', target);
      execute format('alter table %s force row level security', target);
      foreach scope in array array['own', 'organisation', 'territory', 'operation', 'enrolled', 'county', 'system'] loop
        -- An operator's people see who is enrolled with them and their own steps, nothing else (ACCESS, *Scopes*).
        continue when scope = 'enrolled' and target::text <> 'dossiers.dossier' and target::text not like 'fse.%';
        rule := case scope
          when 'county' then 'true'
          when 'system' then 'true'
          when 'territory' then case when territory is not null
            then format('%I = any (caller.territories())', territory)
            else format('exists (select from dossiers.dossier d where d.id = %I)', dossier) end
          else format('%I = any (array(select reach.%I()))', dossier, scope)
        end;
        execute format('drop policy if exists %I on %s', scope, target);
        execute format('create policy %I on %s to reach_%s using (%s) with check (%s)', scope, target, scope, rule, rule);
      end loop;
    end $$;

    -- Opens a view to the other services: the asker's policies apply to the tables behind it.
    create or replace procedure jalons.publish(published regclass, variadic behind regclass[])
    language plpgsql as $$
    declare
      source regclass;
      home text := (select n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = published);
      everyone text := 'reach_own, reach_organisation, reach_territory, reach_operation, reach_enrolled, reach_county, reach_none, reach_system, reach_definer';
    begin
      execute format('grant usage on schema %I to %s', home, everyone);
      execute format('alter view %s set (security_invoker = true)', published);
      execute format('grant select on %s to %s', published, everyone);
      foreach source in array behind loop
        execute format('grant select on %s to %s', source, everyone);
      end loop;
    end $$;

    -- Makes a table of choices (code, label, position, whether it is open) one of the county's lists: each entry gets a
    -- version, and the schema a history that is read and never rewritten.
    create or replace procedure jalons.keep_list(target regclass) language plpgsql as $$
    declare
      home text := (select n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = target);
    begin
      execute format('alter table %s add column if not exists version int not null default 1', target);
      execute format('create table if not exists %I.list_change (
        position bigint generated always as identity primary key,
        list text not null,
        code text,
        before jsonb,
        after jsonb not null,
        at timestamptz(3) not null,
        account uuid not null,
        account_name text not null
      )', home);
      execute format('create index if not exists list_change_list on %I.list_change (list, position desc)', home);
      execute format('revoke update, delete on %I.list_change from %I', home, home || '_writer');
    end $$;

    -- Gives a schema the county's delays that its service goes by: what was decided, never rewritten, and a view of it
    -- for the others. Of the values whose day has come the last one decided holds.
    create or replace procedure jalons.keep_delays(home text) language plpgsql as $$
    begin
      execute format('create table if not exists %I.delay (
        position bigint generated always as identity primary key,
        delay text not null,
        value int not null,
        valid_from date not null,
        decided_at timestamptz(3) not null,
        account uuid,
        account_name text not null
      )', home);
      execute format('create index if not exists delay_position on %I.delay (delay, position desc)', home);
      execute format('revoke update, delete on %I.delay from %I', home, home || '_writer');
      execute format('create or replace view %1$I.v1_delay as
        select delay, value, valid_from, position from %1$I.delay', home);
      call jalons.publish(format('%I.v1_delay', home)::regclass, format('%I.delay', home)::regclass);
    end $$;

    -- Gives a schema the county's texts that its service sends: every version, never rewritten; without words where what
    -- Jalons comes with was taken again.
    create or replace procedure jalons.keep_texts(home text) language plpgsql as $$
    begin
      execute format('create table if not exists %I.text_version (
        position bigint generated always as identity primary key,
        text text not null,
        wording jsonb,
        decided_at timestamptz(3) not null,
        account uuid not null,
        account_name text not null
      )', home);
      execute format('create index if not exists text_version_text on %I.text_version (text, position desc)', home);
      execute format('revoke update, delete on %I.text_version from %I', home, home || '_writer');
    end $$;

    do $$ declare scope text; begin
      foreach scope in array array['own', 'organisation', 'territory', 'operation', 'enrolled', 'county', 'none', 'system', 'definer'] loop
        execute format('grant usage on schema caller, reach, jalons to reach_%s', scope);
        execute format('grant execute on all functions in schema caller, reach, jalons to reach_%s', scope);
        execute format('grant select on jalons.migration to reach_%s', scope);
      end loop;
    end $$;
    """
}
