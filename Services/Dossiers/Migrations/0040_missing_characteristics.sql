-- Who lacks a characteristic that the county requires, for the list here and the alert of insight (rule C18). Whether a
-- value is there is worked out in the table, so that no other service reads the value itself.
alter table dossiers.characteristic_value
  add column is_filled boolean generated always as (value is not null) stored;
create view dossiers.v1_missing_characteristics as
  select d.id as dossier, c.code as characteristic, c.label, c.family, c.readers, d.territory, d.lead, d.lead_organisation
  from dossiers.dossier d cross join dossiers.characteristic c
  where c.required and c.open and not c.locked and d.lead is not null and d.archived_on is null
    -- What the asker may not read is not said to be missing.
    and (c.readers = '{}' or caller.profile() = '' or caller.profile() = any (c.readers))
    -- What the asker may not write is for others to see to.
    and (c.writers = '{}' or caller.profile() = '' or caller.profile() = any (c.writers))
    and not exists (select from dossiers.characteristic_value v
      where v.dossier = d.id and v.characteristic = c.code and v.is_filled);
call jalons.publish('dossiers.v1_missing_characteristics');
