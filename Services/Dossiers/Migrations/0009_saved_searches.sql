-- Searches kept under a name: mine, my team's, everyone's (rule C13), and how each person likes the list.
create table dossiers.saved_search (
  id uuid primary key,
  owner uuid not null,
  owner_name text not null,
  -- Whose team a search of the team is for: the structure that its owner was acting for.
  organisation uuid,
  audience text not null check (audience in ('mine', 'team', 'everyone')),
  name text not null check (length(name) between 1 and 80),
  search jsonb not null,
  saved_at timestamptz not null,
  version int not null default 1,
  check (audience <> 'team' or organisation is not null)
);
create index saved_search_owner on dossiers.saved_search (owner);
create index saved_search_shared on dossiers.saved_search (audience, organisation) where audience <> 'mine';
alter table dossiers.saved_search enable row level security;
alter table dossiers.saved_search force row level security;
create policy reading on dossiers.saved_search for select using (owner = caller.account() or audience = 'everyone'
  or (audience = 'team' and organisation = caller.organisation()));
create policy owning on dossiers.saved_search using (owner = caller.account()) with check (owner = caller.account());

create table dossiers.list_view (
  account uuid primary key,
  columns text[] not null,
  -- The search that the list opens with; gone with it.
  opens_with uuid references dossiers.saved_search on delete set null
);
alter table dossiers.list_view enable row level security;
alter table dossiers.list_view force row level security;
create policy owner on dossiers.list_view using (account = caller.account()) with check (account = caller.account());
