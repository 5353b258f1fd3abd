-- What alerts and reports count besides dossiers: periods aside, open notes, formal notices (MIDEM).
create view dossiers.v1_standby as
  select id, dossier, from_date, until_date, reason from dossiers.standby where removed_at is null;
call jalons.publish('dossiers.v1_standby');
-- The policies of the notes decide: a private one is its author's alone. Its text stays at home.
create view dossiers.v1_note as
  select id, dossier, author, audience, assignee, (written_at at time zone 'Europe/Paris')::date as written_on, closed_at
  from dossiers.note;
call jalons.publish('dossiers.v1_note');
-- The newest request of a dossier that was not withdrawn.
create view dossiers.v1_formal_notice as
  select distinct on (dossier) dossier, requested_on as asked_on, reason, served_on
  from dossiers.formal_notice_request where withdrawn_on is null order by dossier, requested_at desc;
call jalons.publish('dossiers.v1_formal_notice');
