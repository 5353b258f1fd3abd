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
