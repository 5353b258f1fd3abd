-- How many dossiers a référent can follow, as the head of service sees it: what a transfer is spread by.
create table dossiers.capacity (
  account uuid primary key,
  dossiers int not null check (dossiers between 1 and 2000),
  set_by uuid not null,
  set_at timestamptz not null,
  version int not null default 1
);

-- How many each of these accounts follows in the whole county: a référent who works in two territories is as busy for one
-- head of service as for the other. Counts alone leave the policies behind.
create function dossiers.loads(accounts uuid[]) returns table (account uuid, load int)
language sql stable security definer set search_path = '' as $$
  select d.lead, count(*)::int from dossiers.dossier d where d.lead = any(accounts) group by d.lead
$$;
revoke execute on function dossiers.loads(uuid[]) from public;
grant execute on function dossiers.loads(uuid[]) to dossiers_writer;
grant select (lead) on dossiers.dossier to reach_definer;
alter function dossiers.loads(uuid[]) owner to reach_definer;
