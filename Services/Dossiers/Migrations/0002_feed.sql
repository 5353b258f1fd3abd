-- The feed's runs, what each did to whom, and what was set aside.

create table dossiers.feed_run (
  id uuid primary key,
  mode text not null check (mode in ('apply', 'dry_run')),
  status text not null check (status in ('running', 'applied', 'checked', 'refused', 'failed')),
  -- Where it came from: http, folder, command.
  origin text not null,
  file_name text,
  digest text not null,
  stock boolean,
  reference_date date,
  started_at timestamptz not null,
  ended_at timestamptz,
  read int not null default 0,
  created int not null default 0,
  updated int not null default 0,
  unchanged int not null default 0,
  ignored int not null default 0,
  quarantined int not null default 0,
  refusal text,
  refusal_code text,
  notes jsonb not null default '[]'
);
create index feed_run_started on dossiers.feed_run (started_at desc, id);

-- One row for each person that a run created, changed or set aside; those left as they were are only counted.
create table dossiers.feed_row (
  run uuid not null references dossiers.feed_run on delete cascade,
  position int not null,
  genesis_id text,
  name text,
  outcome text not null check (outcome in ('created', 'updated', 'quarantined')),
  dossier uuid,
  changes jsonb not null default '{}',
  problems jsonb not null default '[]',
  primary key (run, position)
);
create index feed_row_outcome on dossiers.feed_row (run, outcome, position);
create index feed_row_dossier on dossiers.feed_row (dossier) where dossier is not null;
