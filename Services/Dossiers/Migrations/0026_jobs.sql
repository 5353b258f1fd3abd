-- Batches are jobs like those of the other rooms: a target may be put back for a while, or left when the job is
-- cancelled, and a job may make a file.

alter table dossiers.batch add column result text;
alter table dossiers.batch_row add column due_at timestamptz;
alter table dossiers.batch_row add column attempts int not null default 0;
alter table dossiers.batch_row drop constraint batch_row_outcome_check;
alter table dossiers.batch_row add constraint batch_row_outcome_check check (outcome in ('done', 'refused', 'cancelled'));
