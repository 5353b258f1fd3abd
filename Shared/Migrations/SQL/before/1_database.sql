-- What every schema stands on: extensions, the record of migrations, texts and identifiers.

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

-- A text as searches see it: without accents, in lower case, letters of any script and digits, with single spaces. The
-- collation is said, as a server's own may know no other letters than ASCII's.
create or replace function jalons.plain(input text) returns text
language sql immutable parallel safe strict as
  $$ select btrim(regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, input) collate "und-x-icu"),
    '[^[:alnum:]@.]+', ' ', 'g')) $$;

-- Lists these columns in French order (É beside E, D’AUBIGNÉ before DABIN) whatever the server's locale: their collation
-- is ICU's, and so is that of the indexes on them. Views that show them are made again as they were.
create or replace procedure jalons.order_in_french(target regclass, variadic names text[]) language plpgsql as $$
declare
  seen record;
  again text := '';
begin
  for seen in
    select c.oid, c.oid::regclass::text as name, pg_get_viewdef(c.oid) as body, c.relacl as acl, c.relowner as owner,
      coalesce('with (' || array_to_string(c.reloptions, ', ') || ')', '') as options
    from pg_class c where c.relkind = 'v' and exists (
      select from pg_rewrite r
      join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refobjid = target
      join pg_attribute a on a.attrelid = target and a.attnum = d.refobjsubid and a.attname = any(names)
      where r.ev_class = c.oid)
  loop
    again := again || format('create view %s %s as %s alter view %s owner to %I; ', seen.name, seen.options, seen.body,
        seen.name, pg_get_userbyid(seen.owner))
      || coalesce((select string_agg(format('grant %s on %s to %s; ', g.privilege_type, seen.name,
          case g.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end), '')
        from aclexplode(seen.acl) g where g.grantee <> seen.owner), '');
    execute 'drop view ' || seen.name;
  end loop;
  execute format('alter table %s %s', target,
    (select string_agg(format('alter column %I type text collate "fr-x-icu"', name), ', ') from unnest(names) name));
  execute again;
end $$;

-- A new identifier (UUIDv7) that sorts by its place among those of the same transaction: rows written in that order
-- fill their indexes from one end, where random ones would touch every page.
create or replace function jalons.ordered_id(place bigint) returns uuid language sql volatile parallel safe as
  $$ select (lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0')
    || '7' || lpad(to_hex(place >> 12 & 4095), 3, '0') || '8' || lpad(to_hex(place & 4095), 3, '0')
    || right(gen_random_uuid()::text, 12))::uuid $$;
