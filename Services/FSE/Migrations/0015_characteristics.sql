-- What an offer asks to be told at the end of a step (guide, Caractéristiques): of the county's list, each with its kind.
-- Telling it is left to choice, as the guide says.

alter table fse.list_entry drop constraint list_entry_list_check;
alter table fse.list_entry add constraint list_entry_list_check
  check (list in ('classification', 'end_reason', 'gathering_kind', 'characteristic'));
insert into fse.list_entry (list, code, name, position) values
  ('characteristic', 'projet', 'Projet professionnel validé', 10),
  ('characteristic', 'qualification', 'Qualification obtenue', 20),
  ('characteristic', 'suite', 'Suite envisagée', 30),
  ('characteristic', 'stage', 'Jours de stage en entreprise', 40);

-- [{"code": "projet", "kind": "yes_no"}]
alter table fse.offer add column characteristics jsonb not null default '[]';
-- {"projet": "oui"}
alter table fse.step add column characteristics jsonb not null default '{}';
