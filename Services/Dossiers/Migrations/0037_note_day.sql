-- The day of a note is the county's day: 0035 counted it by the hours of mainland France, whatever the county's are.
create or replace view dossiers.v1_note as
  select id, dossier, author, audience, assignee, caller.day(written_at) as written_on, closed_at
  from dossiers.note;
call jalons.publish('dossiers.v1_note');
