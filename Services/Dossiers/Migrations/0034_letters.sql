-- Letters and forms of a dossier: models that the county keeps, and letters for a selection, which are jobs (rule D5).

call jalons.keep_models('dossiers');
-- Under which type of document what it prints is filed.
alter table dossiers.model add column filed_as text references dossiers.document_type;
insert into dossiers.model (code, kind, label, logo, shipped, position, filed_as) values
  ('courrier-referent-departement', 'letter', 'Votre référent de parcours, logo du Département', 'county', true, 1,
    'courrier_departement'),
  ('courrier-referent-fse', 'letter', 'Votre référent de parcours, logo FSE+', 'fse', true, 2, 'courrier_departement'),
  ('courrier-referent-sans-logo', 'letter', 'Votre référent de parcours, sans logo', 'none', true, 3,
    'courrier_departement'),
  ('orientation-conseiller-formation', 'letter', 'Orientation vers le conseiller formation', 'county', true, 4,
    'fiche_orientation'),
  ('orientation-conseiller-emploi', 'letter', 'Orientation vers le conseiller emploi', 'county', true, 5,
    'fiche_orientation'),
  ('orientation-partenaire', 'letter', 'Orientation vers un partenaire', 'county', true, 6, 'fiche_orientation'),
  ('diagnostic-socioprofessionnel', 'letter', 'Diagnostic socioprofessionnel', 'county', true, 7, 'diagnostic'),
  ('diagnostic-creation-tns', 'letter', 'Diagnostic création d’activité – TNS', 'county', true, 8, 'diagnostic'),
  ('diagnostic-creation-tnsa', 'letter', 'Diagnostic Regain – TNSA', 'county', true, 9, 'diagnostic'),
  ('formulaire-vierge', 'letter', 'Compte rendu d’entretien, à remplir', 'county', true, 10, 'autre');

call jalons.keep_jobs('dossiers', 'letter');
-- What each letter of a job says, until the job has made its file.
create table dossiers.letter_content (
  letter uuid not null references dossiers.letter on delete cascade,
  position int not null,
  dossier uuid not null references dossiers.dossier on delete cascade,
  content jsonb not null,
  primary key (letter, position)
);
alter table dossiers.letter_content enable row level security;
alter table dossiers.letter_content force row level security;
create policy author on dossiers.letter_content using (exists (select from dossiers.letter j where j.id = letter));

-- The addresses of a job's letters, for its table; gone with the job, or with the dossier.
create table dossiers.letter_address (
  letter uuid not null references dossiers.letter on delete cascade,
  position int not null,
  dossier uuid not null references dossiers.dossier on delete cascade,
  number int not null,
  name text not null,
  address text not null,
  postal_code text not null,
  commune text not null,
  primary key (letter, position)
);
alter table dossiers.letter_address enable row level security;
alter table dossiers.letter_address force row level security;
create policy author on dossiers.letter_address using (exists (select from dossiers.letter j where j.id = letter));

-- The file of a job is erased with it.
create function dossiers.note_loose_letters() returns trigger language plpgsql as $$
begin
  if old.result is not null then
    insert into dossiers.loose_content (digest, noted_at) values (old.result, clock_timestamp())
    on conflict (digest) do update set noted_at = excluded.noted_at;
  end if;
  return null;
end $$;
create trigger letter_loose after delete on dossiers.letter
  for each row execute function dossiers.note_loose_letters();
