-- Households that a run set aside, kept so that somebody can correct them on screen and try them again.

create table dossiers.feed_aside (
  id uuid primary key,
  run uuid not null references dossiers.feed_run on delete cascade,
  -- Its persons' places in the file, as in feed_row.
  positions int[] not null,
  reference_date date not null,
  -- The household as the feed wrote it, or as it was last corrected: every value, the NIRs among them, sealed.
  household bytea not null,
  name text not null,
  -- Why, by the stable codes of the problems.
  codes text[] not null,
  -- By which a later feed, or another household, is known to speak of the same persons.
  genesis_ids text[] not null,
  nir_hashes bytea[] not null,
  -- outdated: a newer feed has spoken of them since.
  state text not null default 'open' check (state in ('open', 'corrected', 'dismissed', 'outdated')),
  received_at timestamptz not null,
  settled_at timestamptz,
  settled_by uuid,
  settled_by_name text,
  comment text,
  version int not null default 1
);
create index feed_aside_state on dossiers.feed_aside (state, id);
create index feed_aside_run on dossiers.feed_aside (run, id);

-- Who did what to a household that was set aside, value by value; NIRs are not repeated here.
create table dossiers.feed_correction (
  id uuid primary key,
  aside uuid not null references dossiers.feed_aside on delete cascade,
  at timestamptz not null,
  account uuid not null,
  account_name text not null,
  act text not null check (act in ('corrected', 'taken', 'refused', 'dismissed', 'reopened')),
  changes jsonb not null default '[]',
  comment text,
  -- The run that tried it again.
  run uuid,
  -- The order of acts of one moment.
  place bigint generated always as identity
);
create index feed_correction_aside on dossiers.feed_correction (aside, place desc);

alter table dossiers.feed_row add column aside uuid;

do $$ declare target text; begin
  foreach target in array array['dossiers.feed_aside', 'dossiers.feed_correction'] loop
    execute format('alter table %s enable row level security', target);
    execute format('alter table %s force row level security', target);
    execute format('create policy county on %s to reach_county using (caller.profile() = ''administrateur'')', target);
    execute format('create policy system on %s to reach_system using (true) with check (true)', target);
  end loop;
end $$;
