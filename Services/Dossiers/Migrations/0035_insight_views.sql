-- What alerts and reports count besides dossiers: periods aside, open notes, formal notices (MIDEM).
create view dossiers.v1_standby as
  select id, dossier, from_date, until_date, reason from dossiers.standby where removed_at is null;
call jalons.publish('dossiers.v1_standby');
-- The policies of the notes decide: a private one is its author's alone. Its text stays at home.
create view dossiers.v1_note as
  select id, dossier, author, audience, assignee, (written_at at time zone 'Europe/Paris')::date as written_on, closed_at
  from dossiers.note;
call jalons.publish('dossiers.v1_note');
-- A request is two characteristics of the dossier; the notice itself comes with the feed.
create view dossiers.v1_formal_notice as
  select asked.dossier, case when asked.value ~ '^\d{4}-\d\d-\d\d$' then asked.value::date end as asked_on,
    reason.value as reason, d.formal_notice_on as served_on
  from dossiers.characteristic asked
  join dossiers.dossier d on d.id = asked.dossier
  left join dossiers.characteristic reason
    on reason.dossier = asked.dossier and reason.name = 'Motif demande de MIDEM' and reason.current
  where asked.name = 'Date demande de MIDEM' and asked.current;
create index characteristic_formal_notice on dossiers.characteristic (dossier)
  where current and name = 'Date demande de MIDEM';
call jalons.publish('dossiers.v1_formal_notice');
