-- What left as a file: who took which report, narrowed how, and how many rows. The county answers for its exports.
create table insight.export (
  id uuid primary key,
  account uuid not null,
  account_name text not null,
  report text not null check (report ~ '^[a-z-]{1,40}$'),
  filters jsonb not null default '{}',
  rows int not null check (rows > 0),
  at timestamptz not null
);
create index export_account on insight.export (account, at desc);
alter table insight.export enable row level security;
alter table insight.export force row level security;
create policy mine on insight.export
  to reach_own, reach_organisation, reach_territory, reach_operation, reach_enrolled, reach_county, reach_none
  using (account = caller.account()) with check (account = caller.account());
create policy system on insight.export to reach_system using (true) with check (true);
