-- A household (its payer's number, address, children) exists for whoever reaches one of its persons, as the dossiers' own
-- policies decide. An operator's people see who is enrolled with them, not how they live (rule A7).
alter table dossiers.household enable row level security;
alter table dossiers.household force row level security;
do $$ declare scope text; begin
  foreach scope in array array['own', 'organisation', 'territory', 'operation'] loop
    -- A value, not `exists`: that could be worked out for all dossiers of the scope at once, to look at one household.
    execute format('create policy %I on dossiers.household for select to reach_%s using (
      (select true from dossiers.dossier d where d.household = household.id limit 1))', scope, scope);
  end loop;
end $$;
create policy county on dossiers.household for select to reach_county using (true);
create policy system on dossiers.household to reach_system using (true) with check (true);
