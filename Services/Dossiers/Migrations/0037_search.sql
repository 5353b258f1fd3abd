-- Who calls is found by their telephone, in one step whatever the county's size.
create index dossier_phone on dossiers.dossier (phone) where phone is not null;
