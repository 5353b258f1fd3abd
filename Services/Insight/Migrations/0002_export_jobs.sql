-- Reports are written as files by jobs. The line of an export is kept once its file is; it says where the file is.
call jalons.keep_jobs('insight', 'export_job');
alter table insight.export
  add column name text,
  add column media_type text,
  add column digest text check (digest ~ '^[0-9a-f]{64}$');
-- The service takes the files of old exports out, in its own name.
create policy keeping on insight.export to insight_system using (true) with check (true);
