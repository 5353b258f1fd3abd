-- By a hash: dossiers that came with one feed have identifiers that GiST cannot tell apart, and looks for one by one.
alter table fse.step drop constraint step_one_operation;
alter table fse.step add constraint step_one_operation exclude using gist (
  uuid_hash_extended(dossier, 0) with =, daterange(coalesce(from_date, planned_from), coalesce(until_date, planned_until), '[]') with &&
) where (operation is not null and kind = 'step');
