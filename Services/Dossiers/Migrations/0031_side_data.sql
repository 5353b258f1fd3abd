-- What is known of a person beside their path (rule C19): difficulties, wishes, means, skills. Nothing of it is
-- published: other services, their reports and exports never read it.
create table dossiers.difficulty (
  code text primary key check (code ~ '^[a-z0-9_]{1,40}$'),
  label text not null check (length(label) between 1 and 120),
  position int not null,
  open boolean not null default true
);
call jalons.keep_list('dossiers.difficulty');
insert into dossiers.difficulty (code, label, position) values
  ('logement', 'Logement', 1), ('mobilite', 'Mobilité', 2), ('sante', 'Santé', 3), ('budget', 'Budget, dettes', 4),
  ('numerique', 'Accès au numérique', 5), ('langue', 'Maîtrise du français', 6), ('garde', 'Garde d’enfants', 7),
  ('famille', 'Situation familiale', 8), ('administratif', 'Démarches administratives', 9),
  ('justice', 'Situation judiciaire', 10), ('isolement', 'Isolement', 11), ('autre', 'Autre difficulté', 12);

create table dossiers.sector (
  code text primary key check (code ~ '^[a-z0-9_]{1,40}$'),
  label text not null check (length(label) between 1 and 120),
  position int not null,
  open boolean not null default true
);
call jalons.keep_list('dossiers.sector');
-- The fourteen fields of activity of ROME, by letter.
insert into dossiers.sector (code, label, position) values
  ('a', 'Agriculture et pêche, espaces naturels et espaces verts, soins aux animaux', 1),
  ('b', 'Arts et façonnage d’ouvrages d’art', 2), ('c', 'Banque, assurance, immobilier', 3),
  ('d', 'Commerce, vente et grande distribution', 4), ('e', 'Communication, média et multimédia', 5),
  ('f', 'Construction, bâtiment et travaux publics', 6),
  ('g', 'Hôtellerie-restauration, tourisme, loisirs et animation', 7), ('h', 'Industrie', 8),
  ('i', 'Installation et maintenance', 9), ('j', 'Santé', 10),
  ('k', 'Services à la personne et à la collectivité', 11), ('l', 'Spectacle', 12), ('m', 'Support à l’entreprise', 13),
  ('n', 'Transport et logistique', 14);

create table dossiers.side_data (
  id uuid primary key,
  dossier uuid not null references dossiers.dossier,
  kind text not null check (kind in ('difficulty', 'trade', 'sector', 'training', 'mobility', 'licence', 'language',
    'qualification', 'experience', 'aid')),
  -- An entry of the kind's list, or the ROME code of a trade.
  code text,
  label text not null check (length(label) between 1 and 200),
  detail text,
  from_date date not null,
  until_date date,
  step uuid,
  author uuid not null,
  author_name text not null,
  written_at timestamptz(3) not null,
  -- Closed rather than erased.
  closed_on date,
  closed_by text,
  version int not null default 1,
  check (until_date is null or until_date >= from_date)
);
create index side_data_dossier on dossiers.side_data (dossier, written_at desc);
call jalons.protect('dossiers.side_data', 'dossier');
