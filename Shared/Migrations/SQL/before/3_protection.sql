-- How a migration protects a table and publishes a view.

-- The groups that policies and published views are for; `Roles` makes them, from the program's one list of scopes.
create or replace function jalons.groups() returns text language sql stable as
  $$ select string_agg(quote_ident(rolname), ', ' order by rolname) from pg_roles where rolname like 'reach\_%' $$;

-- The scopes that reach dossiers, or everything.
create or replace function jalons.scopes() returns setof text language sql stable as
  $$ select substr(rolname, 7) from pg_roles
     where rolname like 'reach\_%' and rolname not in ('reach_none', 'reach_definer') order by 1 $$;

-- Row-level security for a table whose rows belong to dossiers. `territory` names the column that carries the
-- dossier's territory; a table that is only read one dossier at a time may do without. `enrolled` opens it to the people of
-- operators too, who otherwise see who is enrolled with them and nothing else (rule A7).
drop procedure if exists jalons.protect(regclass, text, text);
create or replace procedure jalons.protect(
  target regclass, dossier text, territory text default null, enrolled boolean default false)
language plpgsql as $$
declare
  scope text;
  rule text;
  -- Protected before it had to be asked for.
  asked boolean := enrolled or target::text in (
    'dossiers.dossier', 'fse.step', 'fse.participation', 'fse.answer_sheet', 'fse.form_due');
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  for scope in select jalons.scopes() loop
    execute format('drop policy if exists %I on %s', scope, target);
    continue when scope = 'enrolled' and not asked;
    rule := case scope
      when 'county' then 'true'
      when 'system' then 'true'
      when 'territory' then case when territory is not null
        then format('%I = any (caller.territories())', territory)
        else format('exists (select from dossiers.dossier d where d.id = %I)', dossier) end
      else format('%I = any (array(select reach.%I()))', dossier, scope)
    end;
    execute format('create policy %I on %s to reach_%s using (%s) with check (%s)', scope, target, scope, rule, rule);
  end loop;
end $$;

-- Opens a view to the other services: the asker's policies apply to the tables behind it, of which the columns that the view
-- shows are granted at the end of the migration (`after/1_columns.sql`). `behind` is what it was told before it found out.
create or replace procedure jalons.publish(published regclass, variadic behind regclass[] default '{}')
language plpgsql as $$
declare
  home text := (select n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = published);
begin
  execute format('grant usage on schema %I to %s', home, jalons.groups());
  execute format('alter view %s set (security_invoker = true)', published);
  execute format('grant select on %s to %s', published, jalons.groups());
end $$;

-- A dossier moved: the rows of it that carry a territory, in every protected table of the schema `home`, move along.
create or replace procedure jalons.carry_territory(home text, moved uuid, goal uuid) language plpgsql as $$
declare target regclass; begin
  for target in
    select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = home and c.relkind = 'r' and c.relrowsecurity and (
      select count(*) from pg_attribute a
      where a.attrelid = c.oid and a.attname in ('dossier', 'territory') and not a.attisdropped) = 2
    order by c.relname
  loop
    execute format(
      'update %s set territory = $2 where dossier = $1 and territory is distinct from $2', target) using moved, goal;
  end loop;
end $$;
