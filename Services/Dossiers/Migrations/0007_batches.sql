-- Acts on many dossiers at once (rule C10): one row a dossier, so that each is done or refused by itself, a
-- process that stops loses nothing, and whoever asked sees how far it is.

create table dossiers.batch (
  id uuid primary key,
  -- Who asked; each act is done in that name and within that reach.
  account uuid not null,
  caller jsonb not null,
  kind text not null,
  task jsonb not null,
  total int not null,
  created_at timestamptz not null,
  ended_at timestamptz,
  -- The batch that this one takes back.
  undoes uuid unique references dossiers.batch
);
create index batch_open on dossiers.batch (created_at) where ended_at is null;
create index batch_account on dossiers.batch (account, created_at desc);

create table dossiers.batch_row (
  batch uuid not null references dossiers.batch on delete cascade,
  position int not null,
  dossier uuid not null,
  -- As the person was called when it was asked; null for a dossier out of the asker's reach.
  name text,
  -- Who the dossier goes to, where the batch gives dossiers.
  target uuid,
  outcome text check (outcome in ('done', 'refused')),
  reason text,
  primary key (batch, position)
);
create index batch_row_open on dossiers.batch_row (batch, position) where outcome is null;

-- A batch is its author's alone, whatever has become of the dossiers in it.
alter table dossiers.batch enable row level security;
alter table dossiers.batch force row level security;
create policy author on dossiers.batch using (account = caller.account()) with check (account = caller.account());
create policy system on dossiers.batch to reach_system using (true) with check (true);
alter table dossiers.batch_row enable row level security;
alter table dossiers.batch_row force row level security;
create policy author on dossiers.batch_row using (exists (select from dossiers.batch b where b.id = batch));

create index proposed_exit_decided on dossiers.proposed_exit (territory, decided_at desc, id) where decision is not null;
