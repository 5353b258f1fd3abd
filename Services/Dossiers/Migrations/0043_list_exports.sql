-- Lists of dossiers are written as files by jobs (rule C24); the file is erased with its job.
call jalons.keep_jobs('dossiers', 'list_export');
alter table dossiers.list_export add column file_name text, add column lines int;
create trigger list_export_loose after delete on dossiers.list_export
  for each row execute function dossiers.note_loose_letters();
