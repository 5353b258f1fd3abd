-- The characteristics that the county requires and that a dossier lacks, for the alert. Only those that the caller's profile
-- writes: what may not be read would seem to be missing, and what may not be written cannot be acted on.
-- Other services may read whether there is a value, and not the value.
alter table dossiers.characteristic_value
  add column is_given boolean not null generated always as (value is not null) stored;
create view dossiers.v1_missing_characteristics as
  select d.id as dossier, c.code as characteristic, c.label, d.territory, d.lead, d.lead_organisation
  from dossiers.dossier d
  join dossiers.characteristic c on c.required and c.open and not c.locked
    and (c.readers = '{}' or caller.profile() = any (c.readers))
    and (c.writers = '{}' or caller.profile() = any (c.writers))
  where not exists (
    select from dossiers.characteristic_value v
    where v.dossier = d.id and v.characteristic = c.code and v.is_given);
call jalons.publish('dossiers.v1_missing_characteristics');
