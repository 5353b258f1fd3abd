-- What this reads is then known to the database, which grants to readers of `v1_dossier` what the view needs.
create or replace function dossiers.latest_stock() returns date language sql stable parallel safe
  return (select reference_date from dossiers.latest_stock);

-- The audit log shows the number of a dossier to whoever reaches none: which dossier it is, and nothing of whose.
create view dossiers.v1_number as select id, number from dossiers.dossier;
alter view dossiers.v1_number owner to reach_definer;
grant select on dossiers.v1_number to identity_system;
