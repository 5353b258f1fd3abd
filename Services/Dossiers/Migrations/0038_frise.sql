-- Each thing of a dossier's course at its own date, made from events alone (rule C21). A change replaces its row.
create table dossiers.timeline_block (
  dossier uuid not null,
  kind text not null,
  subject text not null,
  title text not null,
  detail text,
  from_date date not null,
  until_date date,
  at timestamptz,
  lasts boolean not null,
  -- Who the title names.
  account uuid,
  primary key (dossier, kind, subject)
);
call jalons.protect('dossiers.timeline_block', 'dossier');
