-- A dry run keeps what it found and the file itself, so that what was looked at is what is applied.

-- The file, in sealed pieces: it holds NIRs. It goes as soon as anything newer is applied, and after a week.
create table dossiers.feed_file (
  run uuid not null references dossiers.feed_run on delete cascade,
  piece int not null,
  bytes bytea not null,
  primary key (run, piece)
);
-- Sealed bytes do not pack.
alter table dossiers.feed_file alter column bytes set storage external;

alter table dossiers.feed_run
  -- The dry run whose file it applied.
  add column basis uuid references dossiers.feed_run,
  -- Whether the file of a dry run is still there.
  add column is_kept boolean not null default false;

alter table dossiers.feed_file enable row level security;
alter table dossiers.feed_file force row level security;
create policy system on dossiers.feed_file to reach_system using (true) with check (true);
