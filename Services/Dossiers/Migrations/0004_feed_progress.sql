-- How far an import is, and the sums of what it did: the page of a run reads a few rows however large the county is.

alter table dossiers.feed_run
  -- What it is about to do; null once it has ended.
  add column phase text check (phase in ('waiting', 'reading', 'comparing', 'writing', 'referents', 'exits', 'finishing')),
  -- Of the file, and how much of it has been read.
  add column bytes bigint,
  add column bytes_read bigint not null default 0,
  -- Persons of every role that the trailer announces; null where it cannot be had before the end.
  add column expected int,
  -- When it last said how far it is.
  add column told_at timestamptz,
  -- Persons who change référent, and exits newly proposed.
  add column moved int not null default 0,
  add column exits int not null default 0,
  -- Référents whom Genesis and Jalons do not count alike, and the persons that makes.
  add column gaps int not null default 0,
  add column gap_persons int not null default 0;

alter table dossiers.feed_row drop constraint feed_row_outcome_check;
alter table dossiers.feed_row add constraint feed_row_outcome_check
  check (outcome in ('created', 'updated', 'quarantined', 'exit'));
create index feed_row_moved on dossiers.feed_row (run, position) where changes ? 'lead';

-- How often each field changed, and how many were set aside for each reason.
create table dossiers.feed_tally (
  run uuid not null references dossiers.feed_run on delete cascade,
  kind text not null check (kind in ('field', 'problem')),
  name text not null,
  count int not null,
  primary key (run, kind, name)
);

-- After a full feed: whom Genesis and Jalons each have with a référent. « En cas d'écart, la vérité des files actives est
-- sur Genesis » (rule F15).
create table dossiers.feed_gap (
  run uuid not null references dossiers.feed_run on delete cascade,
  account uuid not null,
  name text not null,
  organisation text,
  -- With an open designation in the file, those set aside included.
  in_feed int not null,
  in_jalons int not null,
  set_aside int not null,
  distance int not null generated always as (abs(in_jalons - in_feed)) stored,
  primary key (run, account)
);
create index feed_gap_largest on dossiers.feed_gap (run, distance desc, account);

-- Names are for the county's administrator and for the import itself; an operator reads runs and sums.
do $$ declare target text; begin
  foreach target in array array['dossiers.feed_row', 'dossiers.feed_gap'] loop
    execute format('alter table %s enable row level security', target);
    execute format('alter table %s force row level security', target);
    execute format('create policy county on %s to reach_county using (caller.profile() = ''administrateur'')', target);
    execute format('create policy system on %s to reach_system using (true) with check (true)', target);
  end loop;
end $$;
