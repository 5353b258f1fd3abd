-- What the county keeps itself: lists, delays, texts.

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
