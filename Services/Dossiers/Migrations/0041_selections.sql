-- Persons ticked in a list, kept under a name (the guide's *enregistrer la sélection*): the same persons later, whatever
-- the list says then. A saved search finds its persons anew each time.
create table dossiers.selected (
  search uuid not null references dossiers.saved_search on delete cascade,
  dossier uuid not null references dossiers.dossier on delete cascade,
  primary key (search, dossier)
);
create index selected_dossier on dossiers.selected (dossier);
alter table dossiers.selected enable row level security;
alter table dossiers.selected force row level security;
-- The searches' own policies decide whose it is; who may read it still finds only the dossiers in reach.
create policy reading on dossiers.selected for select
  using (exists (select from dossiers.saved_search s where s.id = selected.search));
create policy owning on dossiers.selected
  using (exists (select from dossiers.saved_search s where s.id = selected.search and s.owner = caller.account()))
  with check (exists (select from dossiers.saved_search s where s.id = selected.search and s.owner = caller.account()));

-- A search may ask for several values of a kind.
alter table dossiers.saved_search no force row level security;
update dossiers.saved_search s set search = s.search || (
  select jsonb_object_agg(key, jsonb_build_array(value)) from jsonb_each(s.search)
  where key in ('state', 'entitlement', 'lead', 'organisation', 'territory', 'commune') and jsonb_typeof(value) = 'string')
where exists (
  select from jsonb_each(s.search)
  where key in ('state', 'entitlement', 'lead', 'organisation', 'territory', 'commune') and jsonb_typeof(value) = 'string');
alter table dossiers.saved_search force row level security;
