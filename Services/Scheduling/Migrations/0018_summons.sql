-- Summons (guide, Les courriers): the Word models of the county, and what tells that one was sent.

call jalons.keep_models('scheduling');
insert into scheduling.model (code, kind, label, logo, shipped, position) values
  ('convocation-departement', 'summons', 'Convocation, logo du Département', 'county', true, 1),
  ('convocation-fse', 'summons', 'Convocation, logo FSE+', 'fse', true, 2),
  ('convocation-sans-logo', 'summons', 'Convocation sans logo', 'none', true, 3),
  ('convocation-premier-departement', 'summons', 'Convocation – premier entretien, logo du Département', 'county', true, 4),
  ('convocation-premier-fse', 'summons', 'Convocation – premier entretien, logo FSE+', 'fse', true, 5),
  ('convocation-premier-sans-logo', 'summons', 'Convocation – premier entretien, sans logo', 'none', true, 6),
  ('convocation-renouvellement-departement', 'summons', 'Convocation – renouvellement du CER, logo du Département', 'county', true, 7),
  ('convocation-renouvellement-fse', 'summons', 'Convocation – renouvellement du CER, logo FSE+', 'fse', true, 8),
  ('convocation-renouvellement-sans-logo', 'summons', 'Convocation – renouvellement du CER, sans logo', 'none', true, 9),
  ('convocation-collectif-departement', 'summons', 'Convocation – réunion collective, logo du Département', 'county', true, 10),
  ('convocation-collectif-fse', 'summons', 'Convocation – réunion collective, logo FSE+', 'fse', true, 11),
  ('convocation-collectif-sans-logo', 'summons', 'Convocation – réunion collective, sans logo', 'none', true, 12),
  ('convocation-absence-departement', 'summons', 'Convocation – après une absence, logo du Département', 'county', true, 13),
  ('convocation-absence-fse', 'summons', 'Convocation – après une absence, logo FSE+', 'fse', true, 14),
  ('convocation-absence-sans-logo', 'summons', 'Convocation – après une absence, sans logo', 'none', true, 15);

-- A letter that was handed over or posted, as whoever did it says.
create table scheduling.sending (
  id uuid primary key,
  dossier uuid not null,
  territory uuid,
  appointment uuid not null references scheduling.appointment on delete cascade,
  way text not null check (way in ('hand', 'post', 'registered')),
  sent_on date not null,
  -- The number of a registered letter.
  number text check (length(number) between 1 and 40),
  entered_by uuid not null,
  entered_by_name text not null,
  entered_at timestamptz(3) not null,
  check (way <> 'registered' or number is not null)
);
create index sending_appointment on scheduling.sending (appointment, sent_on desc, id desc);
call jalons.protect('scheduling.sending', 'dossier', 'territory');
