-- How the county's own CSV files are read, for counties whose system writes another format than Genesis's.

create table dossiers.feed_mapping (
  id uuid primary key
);

-- Every way in which a file of this name was to be read; the one of the highest version holds.
create table dossiers.feed_mapping_edition (
  mapping uuid not null references dossiers.feed_mapping,
  version int not null,
  name text not null,
  -- Of the names of the files that it reads.
  pattern text,
  is_active boolean not null,
  -- Separator, encoding, dates, columns, values (FeedDialect).
  dialect jsonb not null,
  valid_from timestamptz not null,
  author uuid not null,
  author_name text not null,
  primary key (mapping, version)
);

-- The first lines of a file that somebody is saying the columns of: sealed, and gone after a day.
create table dossiers.feed_sample (
  id uuid primary key,
  file_name text,
  bytes bytea not null,
  is_cut boolean not null,
  kept_at timestamptz not null,
  author uuid not null
);

alter table dossiers.feed_run
  add column mapping uuid references dossiers.feed_mapping,
  add column mapping_version int;

do $$ declare target text; begin
  foreach target in array array['dossiers.feed_mapping', 'dossiers.feed_mapping_edition', 'dossiers.feed_sample'] loop
    execute format('alter table %s enable row level security', target);
    execute format('alter table %s force row level security', target);
    execute format('create policy county on %s to reach_county using (caller.profile() = ''administrateur'')', target);
    execute format('create policy system on %s to reach_system using (true) with check (true)', target);
  end loop;
end $$;
