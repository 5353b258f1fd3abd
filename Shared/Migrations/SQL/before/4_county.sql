-- What the county keeps itself: lists, delays, texts, models.

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

-- Gives a schema the county's Word models: which there are (with the files of some Jalons comes: `shipped`), what was
-- deposited for each, under its digest in the store of documents, and which file prints when. Of the choices whose
-- day has come the last one made holds; 0 is what Jalons came with.
create or replace procedure jalons.keep_models(home text) language plpgsql as $$
begin
  execute format('create table if not exists %I.model (
    code text primary key,
    kind text not null,
    label text not null,
    logo text not null default ''none'' check (logo in (''none'', ''county'', ''fse'')),
    shipped boolean not null default false,
    open boolean not null default true,
    position int not null,
    version int not null default 0
  )', home);
  execute format('create table if not exists %I.model_file (
    model text not null,
    number int not null check (number > 0),
    digest text not null check (digest ~ ''^[0-9a-f]{64}$''),
    file_name text not null check (length(file_name) between 1 and 200),
    bytes int not null,
    deposited_at timestamptz(3) not null,
    account uuid not null,
    account_name text not null,
    primary key (model, number)
  )', home);
  execute format('create table if not exists %I.model_choice (
    position bigint generated always as identity primary key,
    model text not null,
    number int not null,
    valid_from date not null,
    decided_at timestamptz(3) not null,
    account uuid not null,
    account_name text not null
  )', home);
  execute format('create index if not exists model_choice_model on %I.model_choice (model, position desc)', home);
  execute format('revoke delete on %I.model from %I', home, home || '_writer');
  execute format('revoke update, delete on %1$I.model_file, %1$I.model_choice from %2$I', home, home || '_writer');
end $$;

-- Gives a schema a queue of jobs (`JobQueue`): one table of them, which are their authors' alone, and one of their
-- rows, each of which is done or refused by itself.
create or replace procedure jalons.keep_jobs(home text, name text) language plpgsql as $$
begin
  execute format('create table %1$I.%2$I (
    id uuid primary key,
    account uuid not null,
    caller jsonb not null,
    kind text not null,
    task jsonb not null,
    total int not null,
    created_at timestamptz not null,
    ended_at timestamptz,
    undoes uuid unique references %1$I.%2$I,
    result text
  )', home, name);
  execute format('create index on %I.%I (created_at) where ended_at is null', home, name);
  execute format('create index on %I.%I (account, created_at desc)', home, name);
  execute format('create table %1$I.%3$I (
    %2$I uuid not null references %1$I.%2$I on delete cascade,
    position int not null,
    dossier uuid,
    name text,
    target uuid,
    outcome text check (outcome in (''done'', ''refused'', ''cancelled'')),
    reason text,
    due_at timestamptz,
    attempts int not null default 0,
    primary key (%2$I, position)
  )', home, name, name || '_row');
  execute format('create index on %I.%I (%I, position) where outcome is null', home, name || '_row', name);
  execute format('alter table %I.%I enable row level security', home, name);
  execute format('alter table %I.%I force row level security', home, name);
  execute format('create policy author on %I.%I using (account = caller.account())
    with check (account = caller.account())', home, name);
  execute format('create policy system on %I.%I to reach_system, %I using (true) with check (true)', home, name,
    home || '_system');
  execute format('alter table %I.%I enable row level security', home, name || '_row');
  execute format('alter table %I.%I force row level security', home, name || '_row');
  execute format('create policy author on %1$I.%3$I using (
    exists (select from %1$I.%2$I j where j.id = %2$I))', home, name, name || '_row');
end $$;
