-- A wrong reference date, ten years ahead, made every later file look old. An administrator withdraws it.
alter table dossiers.feed_run add column date_withdrawn_at timestamptz;
alter table dossiers.feed_run add column date_withdrawn_by uuid;
